import type { Core } from "../core.ts";
import type { Connection } from "../oauth/connections.ts";
import type { Grant } from "../oauth/grants.ts";
import { describeScope } from "../oauth/scopes.ts";
import type { Json } from "../state/snapshots.ts";
import type { Delivery } from "../webhooks/log.ts";

/** The last four characters: enough to recognise a secret, too little to use it. */
export const masked = (secret: string): string => `…${secret.slice(-4)} (${secret.length} characters)`;

const isoOrNull = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

/** A delivery in a list: everything but its body and tries. */
export function deliveryRow(delivery: Delivery): Json {
  const { id, body_id, type, event_id, organization_id, occurred_at, status, faults, attempts } = delivery;
  const last = attempts.at(-1);
  return {
    id,
    body_id,
    type,
    event_id,
    organization_id,
    occurred_at,
    status,
    due_at: isoOrNull(delivery.due_at),
    attempts: attempts.length,
    last_status: last?.answer?.status ?? null,
    last_error: last?.error ?? null,
    faults,
  };
}

export function deliveryJson(delivery: Delivery): Json {
  const { attempts, body, event_header, request_id } = delivery;
  return { ...deliveryRow(delivery), attempts, body, event_header, request_id };
}

/** A grant with its tokens masked. */
export function grantJson(core: Core, grant: Grant): Json {
  const { access, refresh } = core.grants.latestOf(grant);
  const current = refresh.findLast((token) => token.state === "current");
  return {
    ...grant,
    issued_at: isoOrNull(grant.issued_at),
    stop_at: isoOrNull(grant.stop_at),
    ended_at: isoOrNull(grant.ended_at),
    access_token: access ? masked(access.token) : null,
    access_expires_at: isoOrNull(access?.expires_at ?? null),
    refresh_token: current ? masked(current.token) : null,
    refresh_expires_at: isoOrNull(current?.expires_at ?? null),
    rate: meterJson(core, grant),
  };
}

/** A connection, and whether the manifest asks for more than its organizer has seen. */
export function connectionJson(core: Core, connection: Connection): Json {
  const unseen = core.integration.scopes
    .filter((scope) => describeScope(scope).kind === "installation")
    .map((scope) => scope.name)
    .filter((name) => !connection.consented_manifest.includes(name));
  return {
    ...connection,
    unconsented_scopes: unseen,
    reconsent_required: connection.status === "active" && unseen.length > 0,
  };
}

/** How much of its three limits a grant has used. */
export function meterJson(core: Core, grant: Grant): Json {
  const meter = core.meters.of(grant);
  const now = core.clock.now();
  const window = (name: "hour" | "minute") => {
    const { limit, remaining, resets_at } = meter.read(now, name);
    return { limit, remaining, resets_in_ms: resets_at - now };
  };
  return {
    grant_id: grant.id,
    kind: grant.kind,
    hour: window("hour"),
    minute: window("minute"),
    in_flight: meter.inFlight,
    refused: meter.refused,
  };
}
