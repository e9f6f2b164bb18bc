import type { World } from "../world.ts";
import type { ConnectionKey } from "./connection.ts";
import { connectionHook, nudgeConnectionHooks } from "./hooks.ts";

export interface OpeningConnection extends ConnectionKey {
  /** `Date` of the token response, Revento's clock, epoch ms. */
  readonly connectedAt: number;
  readonly grantedScopes: readonly string[];
  readonly askedScopes: readonly string[];
  /** The life is at least this one: the grant object may know of lives that a restored database forgot. */
  readonly leastGeneration?: number;
}

export interface OpenedConnection extends ConnectionKey {
  readonly connectionId: string;
  readonly generation: number;
  /** `signed_in`: it was active already, so sync and data stay as they are. */
  readonly kind: "new" | "reconnected" | "signed_in";
  /** Signed in again, and granted more than before: what was left out for want of a scope can be read. */
  readonly isWidened: boolean;
}

interface OpenedRow {
  id: string;
  generation: number;
  is_active: number;
  granted_scopes: string;
}

/** A life is running: nothing ended it, and no suspension covers it. */
const IS_ACTIVE = "state = 'active' AND connected_at > coalesce((SELECT max(at) FROM platform_state), 0)";

// Before the change, in the same transaction: afterwards nothing tells, because two consents may share a second.
const BEFORE = `SELECT id, generation, ${IS_ACTIVE} AS is_active, granted_scopes FROM connections
WHERE event_id = ? AND organization_id = ?`;

// A running life goes on when its organizer signs in again; after a deletion was required the surrogate id is new,
// so that a half-finished erasure never touches the new life.
const OPEN = `
INSERT INTO connections (id, event_id, organization_id, generation, state, reason, connected_at, life_started_at,
  created_at, granted_scopes, asked_scopes)
VALUES (?1, ?2, ?3, ?8, 'active', NULL, ?4, ?4, ?5, ?6, ?7)
ON CONFLICT (event_id, organization_id) DO UPDATE SET
  id = CASE WHEN deletion_requested_at IS NULL AND erased_at IS NULL THEN id ELSE excluded.id END,
  generation = max(generation + 1, excluded.generation),
  life_started_at = CASE WHEN ${IS_ACTIVE}
    THEN life_started_at ELSE excluded.life_started_at END,
  state = 'active', reason = NULL, ended_at = NULL, deletion_requested_at = NULL, erased_at = NULL,
  connected_at = excluded.connected_at, granted_scopes = excluded.granted_scopes, asked_scopes = excluded.asked_scopes,
  health_state = 'unknown', health_checked_at = NULL, health_since = NULL, health_detail = NULL, health_streak = 0
RETURNING id, generation, 1 AS is_active, granted_scopes`;

const GUARD = `
INSERT INTO guards (event_id, organization_id, connection_id, generation, state, connected_at, life_started_at)
SELECT event_id, organization_id, id, generation, state, connected_at, life_started_at
FROM connections WHERE event_id = ?1 AND organization_id = ?2
ON CONFLICT (event_id, organization_id) DO UPDATE SET connection_id = excluded.connection_id,
  generation = excluded.generation, state = excluded.state, connected_at = excluded.connected_at,
  life_started_at = excluded.life_started_at`;

/**
 * Begins a life of a connection: gives its generation, in one D1 transaction with the guard row. Called by the grant
 * object alone, after any open refresh has settled. Throws where D1 does not answer; calling again is harmless but
 * gives a further generation.
 */
export async function openConnection(world: World, opening: OpeningConnection): Promise<OpenedConnection> {
  const { eventId, organizationId, connectedAt } = opening;
  const now = world.now();
  const least = opening.leastGeneration ?? 1;
  const freshId = crypto.randomUUID();
  const hooks = openingHooks(world, opening, freshId, least);
  const results = await world.db.raw.batch<OpenedRow>([
    ...hooks,
    world.db.raw.prepare(BEFORE).bind(eventId, organizationId),
    world.db.raw
      .prepare(OPEN)
      .bind(
        freshId,
        eventId,
        organizationId,
        connectedAt,
        now,
        JSON.stringify(opening.grantedScopes),
        JSON.stringify(opening.askedScopes),
        least,
      ),
    world.db.raw.prepare(GUARD).bind(eventId, organizationId),
  ]);
  const [before, opened] = results.slice(hooks.length);
  const row = opened?.results[0];
  if (row === undefined) throw new Error("the registry returned no row for an opened connection");
  const known = before?.results[0];
  const kind = known === undefined ? "new" : known.is_active === 1 ? "signed_in" : "reconnected";
  if (kind !== "signed_in") {
    await nudgeConnectionHooks(world, row.id, opening, kind === "new" ? "connected" : "reconnected");
  }
  const isWidened = kind === "signed_in" && isWider(opening.grantedScopes, known?.granted_scopes);
  return { eventId, organizationId, connectionId: row.id, generation: row.generation, kind, isWidened };
}

const isWider = (granted: readonly string[], before = "[]"): boolean => {
  const known = JSON.parse(before) as readonly string[];
  return granted.some((scope) => !known.includes(scope));
};

// What the opening will make of the row, told before it, as `BEFORE` is. ?8: the id of a new life, ?9: the least generation.
const LIFE = `(SELECT ?6 AS event_id, ?7 AS organization_id, k.id IS NULL AS is_new, coalesce(${IS_ACTIVE}, 0) AS is_active,
    CASE WHEN k.id IS NULL OR k.deletion_requested_at IS NOT NULL OR k.erased_at IS NOT NULL THEN ?8 ELSE k.id END AS id,
    max(coalesce(k.generation, 0) + 1, ?9) AS generation
  FROM (SELECT 1) LEFT JOIN connections k ON k.event_id = ?6 AND k.organization_id = ?7)`;

/** `connected` for the first life of all, `reconnected` for a later one; signing in again is neither. */
function openingHooks(
  world: World,
  { eventId, organizationId, connectedAt }: OpeningConnection,
  freshId: string,
  least: number,
): D1PreparedStatement[] {
  const common = { eventId, organizationId, at: connectedAt, from: LIFE, values: [freshId, least] } as const;
  return [
    ...connectionHook(world, { ...common, type: "connected", when: "c.is_new" }),
    ...connectionHook(world, { ...common, type: "reconnected", when: "NOT c.is_new AND NOT c.is_active" }),
  ];
}
