import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

const DAY_MS = 86_400_000;
const PAGE = 25;
const CHUNK = 2_000;

// Ids of connections that have records, also of those erased long ago: one seek each, whatever the tables hold.
const NEXT = `
WITH RECURSIVE ids(id, n) AS (
  SELECT (SELECT min(id) FROM (SELECT min(connection_id) AS id FROM deliveries WHERE connection_id > ?1
    UNION ALL SELECT min(connection_id) FROM jobs WHERE connection_id > ?1)), 1
  UNION ALL
  SELECT (SELECT min(id) FROM (SELECT min(connection_id) AS id FROM deliveries WHERE connection_id > ids.id
    UNION ALL SELECT min(connection_id) FROM jobs WHERE connection_id > ids.id)), n + 1
  FROM ids WHERE id IS NOT NULL AND n < ${PAGE})
SELECT id FROM ids WHERE id IS NOT NULL`;

/** The next ids that have records, after `after`. Webhooks of no connection have an empty id and come first. */
export async function nextConnections(world: World, after: string): Promise<readonly string[]> {
  const { results } = await world.db.raw.prepare(NEXT).bind(after).all<{ id: string }>();
  const ids = results.map(({ id }) => id);
  return after === "" ? ["", ...ids] : ids;
}

const forget = (table: string, keys: string, time: string, days: number): string => `
DELETE FROM ${table} WHERE connection_id = ?1 AND (${keys}) IN (
  SELECT ${keys} FROM ${table} WHERE connection_id = ?1 AND ${time} < ?2 - ${days * DAY_MS} LIMIT ${CHUNK})`;

const STATEMENTS: readonly string[] = [
  forget("deliveries", "occurred_at, body_id", "occurred_at", 30),
  forget("jobs", "at, id", "at", 14),
];

/** Forgets a chunk of one connection's records. @returns false where more is left. */
export async function forgetOf(world: World, connectionId: string): Promise<boolean> {
  const { raw } = databaseFor(world, connectionId);
  const now = world.now();
  const results = await raw.batch(STATEMENTS.map((sql) => raw.prepare(sql).bind(connectionId, now)));
  return results.every(({ meta }) => meta.changes < CHUNK);
}
