import * as z from "zod/mini";
import { parseJson } from "./body.ts";
import { errorCodeOf } from "./errors.ts";
import type { Answer } from "./send.ts";
import { text } from "./shape.ts";

/** A token answer (contract section 2). Times are epoch ms. */
export interface TokenResponse {
  readonly accessToken: string;
  /** Null where the server did not rotate: the one that was presented goes on (RFC 6749 section 6). */
  readonly refreshToken: string | null;
  readonly expiresInS: number;
  readonly refreshExpiresInS: number;
  /** What was granted: may be fewer than asked. Null where the answer does not say. */
  readonly scopes: readonly string[] | null;
  readonly eventId: string | null;
  readonly organizationId: string | null;
  readonly userId: string | null;
  /** Revento's `Date`; ours where it sent none. */
  readonly date: number;
  readonly durationMs: number;
  readonly requestId: string;
}

/** What the token endpoint decided. Only `refused` says for certain that nothing was rotated. */
export type TokenAnswer =
  | { readonly kind: "granted"; readonly tokens: TokenResponse }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly error: string;
      readonly retryAfterS: number | null;
      readonly durationMs: number;
      readonly requestId: string;
    }
  | {
      readonly kind: "unknown";
      readonly why: "timeout" | "network" | "upstream_5xx" | "malformed";
      readonly status: number | null;
      readonly durationMs: number;
      readonly requestId: string;
    };

const HOUR_S = 3600;
const DAYS_90_S = 90 * 24 * HOUR_S;

/** Ten years: beyond it a lifetime is no date any more, and at or below zero it would be refreshed without end. */
const LONGEST_S = 10 * 365 * 24 * HOUR_S;

const seconds = z.catch(z.nullish(z.coerce.number().check(z.positive(), z.lte(LONGEST_S))), undefined);
const scopeText = z.catch(
  z.nullish(
    z.union([
      z.string(),
      z.pipe(
        z.array(z.string()),
        z.transform((scopes) => scopes.join(" ")),
      ),
    ]),
  ),
  null,
);

// Only the tokens themselves are required to be well-formed: an answer that is refused for anything beside them takes
// a rotated refresh token with it, and the grant is lost.
const tokenShape = z.looseObject({
  access_token: z.string().check(z.minLength(1)),
  refresh_token: z.nullish(z.string().check(z.minLength(1))),
  expires_in: seconds,
  refresh_expires_in: seconds,
  scope: scopeText,
  event_id: text,
  organization_id: text,
  user_id: text,
});

/** Judges an answer of the token endpoint. `now` stands in where the answer has no `Date`. */
export function judgeToken(answer: Answer, requestId: string, now: number): TokenAnswer {
  const { durationMs } = answer;
  const unknown = (
    why: (TokenAnswer & { kind: "unknown" })["why"],
    status: number | null = null,
  ): TokenAnswer => ({ kind: "unknown", why, status, durationMs, requestId });
  if (answer.kind === "no_answer") {
    return unknown(answer.why === "too_large" ? "malformed" : answer.why);
  }
  const { status, headers } = answer;
  if (status >= 500) return unknown("upstream_5xx", status);
  if (status >= 400) {
    const error = errorCodeOf(status, answer.body);
    return { kind: "refused", status, error, retryAfterS: headers.retryAfterS, durationMs, requestId };
  }
  const parsed = tokenShape.safeParse(parseJson(answer.body));
  if (status >= 300 || !parsed.success) return unknown("malformed", status);
  const tokens = toTokens(parsed.data, { date: headers.date ?? now, durationMs, requestId });
  return { kind: "granted", tokens };
}

function toTokens(
  body: z.infer<typeof tokenShape>,
  call: Pick<TokenResponse, "date" | "durationMs" | "requestId">,
): TokenResponse {
  return {
    accessToken: body.access_token,
    refreshToken: body.refresh_token ?? null,
    expiresInS: body.expires_in ?? HOUR_S,
    refreshExpiresInS: body.refresh_expires_in ?? DAYS_90_S,
    scopes: body.scope?.split(" ").filter((scope) => scope !== "") ?? null,
    eventId: body.event_id ?? null,
    organizationId: body.organization_id ?? null,
    userId: body.user_id ?? null,
    ...call,
  };
}
