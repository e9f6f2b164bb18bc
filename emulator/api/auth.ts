import type { Core } from "../core.ts";
import { type Failure, failure } from "../failure.ts";
import type { AccessToken, Grant } from "../oauth/grants.ts";

/** The grant behind a bearer token, or the 401 that says what is wrong with it. */
export function authenticate(core: Core, header: string | undefined): Grant | Failure {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
  const known = token === undefined ? undefined : core.grants.access.get(token);
  if (!known) return failure(401, "invalid_token", "The access token is missing, malformed or unknown");
  const problem = problemOf(core, known);
  return problem ? failure(401, problem, MESSAGES[problem]) : known.grant;
}

const MESSAGES = {
  token_revoked: "This token was ended",
  token_expired: "This token has expired",
};

function problemOf(
  core: Core,
  { grant, expires_at, superseded }: AccessToken,
): keyof typeof MESSAGES | undefined {
  if (grant.status === "revoked") return "token_revoked";
  const after = core.settings.old_access_after_refresh;
  if (superseded && after !== "valid") return after;
  return core.clock.now() >= expires_at ? "token_expired" : undefined;
}
