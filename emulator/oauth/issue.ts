import type { Core } from "../core.ts";
import { type AuthorizationCode, type Grant, revokeGrant } from "./grants.ts";
import { describeScope } from "./scopes.ts";

const PREFIX = { installation: "rev_install", user: "rev_user" } as const;

/** The body of a token answer. */
export interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_expires_in: number;
  scope: string;
  event_id: string;
  organization_id: string;
  user_id?: string;
}

/** Turns a redeemed code into a grant and, for an organizer, into the connection of the event. */
export function openGrant(core: Core, code: AuthorizationCode): Grant {
  const now = core.clock.now();
  const { settings, store } = core;
  if (settings.reauthorize === "replace") endEarlier(core, code, now);
  const grant: Grant = {
    id: `grt_${core.secrets.chars(10)}`,
    kind: code.kind,
    event_id: code.event_id,
    organization_id: store.events.get(code.event_id)?.organization_id ?? store.organization.id,
    user_id: code.user_id,
    scopes: code.scopes,
    issued_at: now,
    stop_at: now + settings.grant_lifetime_s * 1000,
    status: "active",
    end_reason: null,
    ended_at: null,
    refreshes: 0,
  };
  core.grants.grants.set(grant.id, grant);
  code.grant = grant;
  if (grant.kind === "installation") openConnection(core, grant);
  return grant;
}

function endEarlier(core: Core, code: AuthorizationCode, now: number): void {
  const isSame = (grant: Grant) =>
    grant.kind === code.kind &&
    grant.event_id === code.event_id &&
    (code.kind === "installation" || grant.user_id === code.user_id);
  for (const grant of core.grants.active(isSame)) revokeGrant(grant, "replaced", now);
}

function openConnection(core: Core, grant: Grant): void {
  const declared = core.integration.scopes.filter((scope) => describeScope(scope).kind === "installation");
  core.connections.open({
    event_id: grant.event_id,
    organization_id: grant.organization_id,
    status: "active",
    reason: null,
    connected_by: grant.user_id,
    connected_at: core.clock.stamp(),
    ended_at: null,
    granted_scopes: grant.scopes,
    consented_manifest: declared.map((scope) => scope.name),
  });
}

/** A fresh pair of tokens; `rotate: false` leaves the refresh token as it is and does not show it. */
export function issueTokens(core: Core, grant: Grant, rotate: boolean): TokenAnswer {
  const now = core.clock.now();
  const { settings, secrets, grants } = core;
  const accessToken = `${PREFIX[grant.kind]}_${secrets.chars(32)}`;
  const accessEnd = Math.min(now + settings.access_lifetime_s * 1000, grant.stop_at);
  grants.addAccess({ token: accessToken, grant, expires_at: accessEnd, superseded: false });
  const refreshEnd = Math.min(now + settings.refresh_lifetime_s * 1000, grant.stop_at);
  const answer: TokenAnswer = {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: Math.floor((accessEnd - now) / 1000),
    refresh_expires_in: Math.floor((refreshEnd - now) / 1000),
    scope: grant.scopes.join(" "),
    event_id: grant.event_id,
    organization_id: grant.organization_id,
  };
  if (rotate) {
    const token = `rev_refresh_${secrets.chars(40)}`;
    grants.addRefresh({ token, grant, expires_at: refreshEnd, state: "current", rotated_at: null });
    answer.refresh_token = token;
  }
  if (grant.kind === "user" && settings.user_id_in_token) answer.user_id = grant.user_id;
  return answer;
}
