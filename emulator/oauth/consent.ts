import type { Core } from "../core.ts";
import type { Account } from "../state/types.ts";
import { type AuthorizationRequest, withParams } from "./request.ts";

export interface Decision {
  authorize: boolean;
  /** The optional scopes that stayed ticked. */
  scopes: string[];
}

/** What the person decided, as the address that the browser goes back to. */
export function decide(
  core: Core,
  request: AuthorizationRequest,
  account: Account,
  decision: Decision,
): string {
  const { redirect_uri, state } = request;
  if (!decision.authorize) return withParams(redirect_uri, { error: "access_denied", state });
  // Required scopes are all or none: only the optional ones can be left out.
  const granted = request.scopes.filter((scope) => scope.required || decision.scopes.includes(scope.name));
  const code = `rev_code_${core.secrets.chars(24)}`;
  core.grants.codes.set(code, {
    code,
    client_id: request.client_id,
    redirect_uri,
    challenge: request.challenge,
    kind: request.kind,
    event_id: request.event_id,
    user_id: account.id,
    scopes: granted.map((scope) => scope.name),
    expires_at: core.clock.now() + core.settings.code_lifetime_s * 1000,
    used: false,
    grant: null,
  });
  return withParams(redirect_uri, { code, state });
}
