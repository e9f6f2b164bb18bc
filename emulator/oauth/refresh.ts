import type { Core } from "../core.ts";
import { type Failure, failure } from "../failure.ts";
import { type RefreshToken, revokeGrant } from "./grants.ts";
import { issueTokens, type TokenAnswer } from "./issue.ts";

const refused = (message: string): Failure => failure(400, "invalid_grant", message);

/** Exchanges a refresh token. Every refusal is `invalid_grant`, and permanent. */
export function refresh(core: Core, token: string): TokenAnswer | Failure {
  const now = core.clock.now();
  const presented = core.grants.refresh.get(token);
  if (!presented) return refused("This refresh token is unknown");
  const { grant } = presented;
  if (grant.status === "revoked") return refused("This grant was ended");
  if (now >= grant.stop_at) return refused("This grant is a year old: consent is needed again");
  if (now >= presented.expires_at) return refused("This refresh token has expired");
  if (presented.state !== "current" && !hasGrace(core, presented, now)) {
    // A sibling lost against its predecessor's grace: nobody stole it.
    const isTheft = presented.state !== "sibling";
    if (isTheft && core.settings.reuse_revokes_grant) revokeGrant(grant, "refresh_token_reused", now);
    return refused("This refresh token was used before");
  }
  grant.refreshes++;
  if (core.settings.refresh_mode === "omit-refresh-token") return keep(core, presented, now);
  rotate(core, presented, now);
  return issueTokens(core, grant, true);
}

/** Whether the previous token may be used once more. */
function hasGrace(core: Core, presented: RefreshToken, now: number): boolean {
  if (presented.state !== "previous" || presented.rotated_at === null) return false;
  if (core.settings.refresh_mode === "grace-until-used") return true;
  if (core.settings.refresh_mode !== "grace-seconds") return false;
  return now < presented.rotated_at + core.settings.refresh_grace_seconds * 1000;
}

function rotate(core: Core, presented: RefreshToken, now: number): void {
  for (const token of core.grants.latestOf(presented.grant).refresh) {
    if (token === presented) continue;
    if (token.state === "current") token.state = "sibling";
    else if (token.state === "previous") token.state = "dead";
  }
  presented.state = "previous";
  presented.rotated_at ??= now;
}

/** The answer of a server that does not rotate: the token stays, and its lifetime slides. */
function keep(core: Core, presented: RefreshToken, now: number): TokenAnswer {
  presented.expires_at = Math.min(now + core.settings.refresh_lifetime_s * 1000, presented.grant.stop_at);
  return issueTokens(core, presented.grant, false);
}
