import { type Failure, failure } from "../failure.ts";
import type { Ctx } from "../http.ts";
import type { TokenKind } from "../oauth/scopes.ts";

/** Why the token of this call does not open something; undefined: it does. */
export function refuseToken(c: Ctx, kind: TokenKind, scope: string): Failure | undefined {
  const grant = c.get("grant");
  if (grant.kind !== kind) {
    const needed = kind === "user" ? "a user token" : "an installation token";
    return failure(403, `${kind}_token_required`, `This needs ${needed}`);
  }
  return grant.scopes.includes(scope)
    ? undefined
    : failure(403, "insufficient_scope", `${scope} was not granted`);
}
