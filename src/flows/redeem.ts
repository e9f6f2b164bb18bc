import { fail, ok, type Result } from "../failure.ts";
import { recordExchange } from "../grants/index.ts";
import { INSTALLATION_SCOPES, USER_SCOPES } from "../manifest-shape.ts";
import { exchangeCode, type TokenAnswer, type TokenResponse } from "../revento/index.ts";
import type { World } from "../world.ts";
import { type FlowKind, redirectUri } from "./flow.ts";
import type { AnswerProblem } from "./problem-pages.tsx";
import type { Flow } from "./take.ts";

const OTHER_SCOPES: Readonly<Record<FlowKind, readonly string[]>> = {
  connect: USER_SCOPES,
  login: INSTALLATION_SCOPES,
};

/**
 * Whether a consent is of the kind that was asked for. The scopes alone decide between an organizer's and a person's
 * (contract section 2), and they went to Revento through a browser, which may have changed them. An answer that does not
 * say what was granted proves nothing.
 */
function isOfKind(kind: FlowKind, { askedScopes }: Flow, granted: readonly string[] | null): boolean {
  if (granted === null) return false;
  const isAsked = granted.some((scope) => askedScopes.includes(scope));
  return isAsked && !granted.some((scope) => OTHER_SCOPES[kind].includes(scope));
}

/**
 * Exchanges the code that came back for tokens.
 * @returns the tokens, whose keeper writes the call down, or why there are none to keep: then it is written down here.
 */
export async function redeem(
  world: World,
  kind: FlowKind,
  flow: Flow,
  code: string,
): Promise<Result<TokenResponse, AnswerProblem>> {
  const answer = await exchangeCode(world, world.config, {
    code,
    verifier: flow.verifier,
    redirectUri: redirectUri(world, kind),
  });
  const judged = judge(kind, flow, answer);
  if (!judged.ok) await recordExchange(world, answer);
  return judged;
}

function judge(kind: FlowKind, flow: Flow, answer: TokenAnswer): Result<TokenResponse, AnswerProblem> {
  if (answer.kind === "unknown") return fail({ why: "unreachable" });
  if (answer.kind === "refused") return fail({ why: "refused", error: answer.error });
  const { tokens } = answer;
  if (tokens.eventId !== flow.eventId) return fail({ why: "otherEvent" });
  return isOfKind(kind, flow, tokens.scopes) ? ok(tokens) : fail({ why: "otherKind" });
}
