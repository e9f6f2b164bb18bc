import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import type { Lease } from "./lease.ts";
import type { Outcome } from "./policy.ts";

/** Rounds in a row, over all connections, that only ran over their time: the handler is then taken for hanging. */
export const STRIKES = 3;

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 900_000;

/**
 * For ?2 a handler at ?5: whether it is paused. Not for what an erasure waits for (of connection ?1): that ends by its
 * own tries.
 */
export const IS_PAUSED = `
EXISTS (SELECT 1 FROM handler_circuits c WHERE c.handler = ?2 AND c.until > ?5)
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.connection_id = ?1 AND e.target = ?2 AND e.type IN ('ended', 'erasing'))`;

/** The first to take a lease after the pause tries for all: the others wait for what it comes to. */
export const BECOME_PROBE = `
UPDATE handler_circuits SET until = ?4, probe = ?3 WHERE handler = ?2 AND strikes >= ${STRIKES} AND until <= ?5
  AND EXISTS (SELECT 1 FROM handler_leases l WHERE l.connection_id = ?1 AND l.handler = ?2 AND l.token = ?3)`;

// What was under way when the pause began says nothing new; only the probe makes it longer.
const STRIKE = `
INSERT INTO handler_circuits (handler, strikes, until) VALUES (?1, 1, 0)
ON CONFLICT (handler) DO UPDATE SET strikes = strikes + 1, until = CASE WHEN strikes + 1 >= ${STRIKES}
  THEN ?2 + min(${LONGEST_PAUSE_MS}, ${FIRST_PAUSE_MS} << min(10, strikes + 1 - ${STRIKES})) ELSE 0 END
WHERE strikes < ${STRIKES} OR probe = ?3`;

const isOverTime = (outcome: Outcome): boolean => "isOverTime" in outcome && outcome.isOverTime === true;

/** The statement that remembers whether a round of rows only ran over its time. None where nothing ran. */
export function noteRound(
  world: World,
  { connectionId, handler, token }: Lease,
  outcomes: readonly Outcome[],
): D1PreparedStatement[] {
  const db = databaseFor(world, connectionId).raw;
  const ran = outcomes.filter(({ kind }) => kind !== "discarded");
  if (ran.length === 0) return [];
  if (ran.every(isOverTime)) return [db.prepare(STRIKE).bind(handler, world.now(), token)];
  return [db.prepare("DELETE FROM handler_circuits WHERE handler = ?").bind(handler)];
}

/** A drain whose handler ran over its time goes no further: the next message finds out whether it is paused. */
export const hasRunOver = (outcomes: readonly Outcome[]): boolean => outcomes.some(isOverTime);
