import type { Failure } from "../failure.ts";
import { type Answer, errorCodeOf } from "../revento/index.ts";

/** What to do with the answer to a call. Which token was presented, and what it means for the grant, is not known here. */
export type CallVerdict =
  | { readonly kind: "ok" }
  /** The access token is over an hour old: refreshed once, called once more. */
  | { readonly kind: "expired" }
  /** Revento does not know the token, or ended it on purpose. Judged by the grant. */
  | { readonly kind: "dead"; readonly error: "invalid_token" | "token_revoked" }
  /** Too many at once, or in a while: waits for its turn again. */
  | { readonly kind: "limited" }
  /** Their fault or the road's: tried again with backoff. */
  | { readonly kind: "unavailable"; readonly failure: Failure }
  /** Final. `isBug`: we sent something that must never be sent. */
  | { readonly kind: "refused"; readonly failure: Failure; readonly isBug: boolean };

/** Wrong token for this call (contract section 4): a bug of ours. */
const BUGS = ["event_not_authorized", "user_token_required", "installation_token_required"];

export const codeOf = (answer: Answer): string | null => {
  if (answer.kind === "no_answer") return answer.why;
  return answer.status < 400 ? null : errorCodeOf(answer.status, answer.body);
};

/** Judges an answer by its status and error code (contract section 4, "Errors"). */
export function judgeCall(answer: Answer, scope: string, requestId: string): CallVerdict {
  if (answer.kind === "no_answer") {
    if (answer.why !== "too_large") return unavailable(answer.why, requestId);
    const detail = "it is larger than 8 MB";
    return { kind: "refused", isBug: false, failure: { kind: "revento_malformed", detail, requestId } };
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: "ok" };
  const error = errorCodeOf(status, answer.body);
  if (status >= 500) return unavailable(`${status} ${error}`, requestId);
  if (status === 429) return { kind: "limited" };
  if (status === 401 && error === "token_expired") return { kind: "expired" };
  if (status === 401 && (error === "token_revoked" || error === "invalid_token")) {
    return { kind: "dead", error };
  }
  return { kind: "refused", ...refusal(status, error, scope, requestId) };
}

const unavailable = (detail: string, requestId: string): CallVerdict => ({
  kind: "unavailable",
  failure: { kind: "revento_unavailable", detail, requestId },
});

function refusal(
  status: number,
  error: string,
  scope: string,
  requestId: string,
): { readonly failure: Failure; readonly isBug: boolean } {
  if (status === 404) return { isBug: false, failure: { kind: "not_found", what: "resource at Revento" } };
  if (error === "insufficient_scope") return { isBug: false, failure: { kind: "missing_scope", scope } };
  return {
    isBug: BUGS.includes(error),
    failure: { kind: "revento_refused", status, error, requestId },
  };
}
