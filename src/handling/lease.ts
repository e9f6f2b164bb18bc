import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import { BECOME_PROBE, IS_PAUSED } from "./circuit.ts";
import { MAX_TIME_LIMIT_S } from "./on.ts";
import { CRASH_DELAY_MS } from "./policy.ts";
import type { OutboxRow } from "./row.ts";

/** Longer than the longest run and its bookkeeping: only a crash lets it expire. */
export const LEASE_MS = (MAX_TIME_LIMIT_S + 15) * 1000;

/** Rows of different resources that run side by side. */
const WIDTH = 8;

export interface Lease {
  readonly connectionId: string;
  readonly handler: string;
  readonly token: string;
}

// What an expired lease says was running has been interrupted by a crash: it counts as an attempt, so that a row
// which kills the isolate each time is set aside in the end.
const BLAME = `
UPDATE outbox SET attempts = attempts + 1, error = 'interrupted', next_at = ?4
WHERE id IN (SELECT r.value FROM handler_leases l, json_each(l.running) r
  WHERE l.connection_id = ?1 AND l.handler = ?2 AND l.until <= ?3)`;

const TAKE = `
INSERT INTO handler_leases (connection_id, handler, token, until) SELECT ?1, ?2, ?3, ?4 WHERE NOT (${IS_PAUSED})
ON CONFLICT (connection_id, handler) DO UPDATE SET token = excluded.token, until = excluded.until, running = '[]',
  wake_at = CASE WHEN wake_at > ?5 THEN wake_at END
WHERE until <= ?5
RETURNING token`;

const CURRENT = `
SELECT (SELECT until FROM handler_leases WHERE connection_id = ?1 AND handler = ?2) AS until,
  (SELECT until FROM handler_circuits WHERE handler = ?2) AS paused`;

/**
 * Takes the lease of a (connection, handler), or tells how long somebody else still has it, in ms, or until when the
 * handler is paused.
 */
export async function takeLease(
  world: World,
  connectionId: string,
  handler: string,
): Promise<Lease | { readonly heldForMs: number } | { readonly pausedUntil: number }> {
  const db = databaseFor(world, connectionId).raw;
  const token = crypto.randomUUID();
  const now = world.now();
  const [, taken, , current] = await db.batch<{ until: number | null; paused: number | null }>([
    db.prepare(BLAME).bind(connectionId, handler, now, now + CRASH_DELAY_MS),
    db.prepare(TAKE).bind(connectionId, handler, token, now + LEASE_MS, now),
    db.prepare(BECOME_PROBE).bind(connectionId, handler, token, now + LEASE_MS, now),
    db.prepare(CURRENT).bind(connectionId, handler),
  ]);
  if ((taken?.results.length ?? 0) > 0) return { connectionId, handler, token };
  const { until, paused } = current?.results[0] ?? { until: null, paused: null };
  const heldForMs = Math.max(0, (until ?? 0) - now);
  return heldForMs === 0 && paused !== null && paused > now ? { pausedUntil: paused } : { heldForMs };
}

// The first row of each resource, where it is due. Rows that have failed or crashed before run alone, first.
const HEADS = `
SELECT o.id, o.attempts FROM outbox o
WHERE o.connection_id = ?1 AND o.target = ?2 AND o.next_at <= ?3
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.connection_id = ?1 AND e.target = ?2
    AND e.resource = o.resource AND e.id < o.id)`;

const CLAIM = `
WITH heads AS (${HEADS}),
  chosen AS (SELECT id FROM heads WHERE attempts = 0 OR id = (SELECT min(id) FROM heads WHERE attempts > 0)
    ORDER BY attempts > 0 DESC, id
    LIMIT CASE WHEN EXISTS (SELECT 1 FROM heads WHERE attempts > 0) THEN 1 ELSE ${WIDTH} END)
UPDATE handler_leases SET until = ?4, running = coalesce((SELECT json_group_array(id) FROM chosen), '[]')
WHERE connection_id = ?1 AND handler = ?2 AND token = ?5`;

const CLAIMED = `
SELECT o.id, o.resource, o.type, o.body_id, o.occurred_at, o.payload, o.is_stale, o.attempts
FROM handler_leases l, json_each(l.running) r JOIN outbox o ON o.id = r.value
WHERE l.connection_id = ?1 AND l.handler = ?2 AND l.token = ?3 ORDER BY o.id`;

/**
 * One transaction: what the last rows came to, and the next rows to run under the lease. Empty where nothing is due or
 * the lease was lost.
 */
export async function nextRows(
  world: World,
  { connectionId, handler, token }: Lease,
  settled: readonly D1PreparedStatement[],
): Promise<readonly OutboxRow[]> {
  const db = databaseFor(world, connectionId).raw;
  const now = world.now();
  const results = await db.batch<OutboxRow>([
    ...settled,
    db.prepare(CLAIM).bind(connectionId, handler, now, now + LEASE_MS, token),
    db.prepare(CLAIMED).bind(connectionId, handler, token),
  ]);
  return results.at(-1)?.results ?? [];
}

const RELEASE = `
UPDATE handler_leases SET until = 0, running = '[]' WHERE connection_id = ?1 AND handler = ?2 AND token = ?3`;

const NEXT_DUE = `
SELECT min(o.next_at) AS due FROM outbox o WHERE o.connection_id = ?1 AND o.target = ?2
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.connection_id = ?1 AND e.target = ?2
    AND e.resource = o.resource AND e.id < o.id)`;

// A wake that is on its way already, early enough, needs no second one.
const NOTE_WAKE = `
INSERT INTO handler_leases (connection_id, handler, token, until, wake_at) VALUES (?1, ?2, '', 0, ?3)
ON CONFLICT (connection_id, handler) DO UPDATE SET wake_at = excluded.wake_at
WHERE wake_at IS NULL OR wake_at > excluded.wake_at OR wake_at <= ?4
RETURNING wake_at`;

/**
 * Gives the lease back and says when the next row is due: null where nothing waits or a wake is on its way. Looked at
 * after the release, so that a row whose own nudge met the lease is not left behind.
 */
export async function releaseLease(world: World, lease: Lease): Promise<number | null> {
  const { connectionId, handler, token } = lease;
  const db = databaseFor(world, connectionId).raw;
  const [, due] = await db.batch<{ due: number | null }>([
    db.prepare(RELEASE).bind(connectionId, handler, token),
    db.prepare(NEXT_DUE).bind(connectionId, handler),
  ]);
  const at = due?.results[0]?.due ?? null;
  if (at === null) return null;
  return noteWake(world, lease, at);
}

/** Notes that the caller will send a wake for then. Null where one is on its way already. */
export async function noteWake(
  world: World,
  { connectionId, handler }: Pick<Lease, "connectionId" | "handler">,
  at: number,
): Promise<number | null> {
  const db = databaseFor(world, connectionId).raw;
  const noted = await db.prepare(NOTE_WAKE).bind(connectionId, handler, at, world.now()).first();
  return noted === null ? null : at;
}
