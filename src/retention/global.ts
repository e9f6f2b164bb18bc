import type { World } from "../world.ts";

const DAY_MS = 86_400_000;
const CHUNK = 2_000;

const HOUR_MS = 3_600_000;

/**
 * No erasure finds a letter that belongs to no connection, and its body may hold anybody's data. With the 4 days that
 * a queue keeps a message, and the day between two runs, all of it is gone within 30.
 */
const UNOWNED_LETTER_DAYS = 25;
const UNOWNED_LETTERS = `FROM dead_letters
   WHERE connection_id = '' AND set_aside_at < ?1 - ${UNOWNED_LETTER_DAYS * DAY_MS} ORDER BY set_aside_at, id LIMIT ${CHUNK}`;

/** Each with ?1 = now. Counters: five minutes for a day, the hour for eight days; the sums in bucket 0 for ever. */
const STATEMENTS: readonly string[] = [
  `DELETE FROM sessions WHERE id_hash IN (SELECT id_hash FROM sessions WHERE expires_at < ?1 LIMIT ${CHUNK})`,
  `DELETE FROM oauth_flows WHERE state_hash IN (SELECT state_hash FROM oauth_flows WHERE created_at < ?1 - ${DAY_MS} LIMIT ${CHUNK})`,
  `DELETE FROM sign_in_failures WHERE address IN (SELECT address FROM sign_in_failures WHERE last_at < ?1 - ${DAY_MS} LIMIT ${CHUNK})`,
  `INSERT INTO counters (area, outcome, bucket, count)
   SELECT area, outcome, -(bucket / ${HOUR_MS} * ${HOUR_MS}), sum(count) FROM counters
   WHERE bucket > 0 AND bucket < ?1 - ${DAY_MS} GROUP BY 1, 2, 3
   ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`,
  `DELETE FROM counters WHERE bucket > 0 AND bucket < ?1 - ${DAY_MS}`,
  `DELETE FROM counters WHERE bucket < 0 AND -bucket < ?1 - ${8 * DAY_MS}`,
  `DELETE FROM cron_runs WHERE scheduled_at > 0 AND scheduled_at < ?1 - ${14 * DAY_MS}`,
  `DELETE FROM signals WHERE resolved_at < ?1 - ${90 * DAY_MS}`,
  `DELETE FROM caches WHERE (connection_id, key) IN (SELECT connection_id, key FROM caches WHERE expires_at < ?1 - ${DAY_MS} LIMIT ${CHUNK})`,
  `DELETE FROM arrivals WHERE id IN (SELECT id FROM (SELECT id, at FROM arrivals ORDER BY id LIMIT ${CHUNK}) WHERE at < ?1 - ${30 * DAY_MS})`,
  // The first of the two reads what the second deletes: no letter goes without a trace.
  `INSERT INTO audit (at, actor, action, detail)
   SELECT ?1, 'system', 'dead_letter.expired', json_object('id', id, 'queue', queue) ${UNOWNED_LETTERS}`,
  `DELETE FROM dead_letters WHERE id IN (SELECT id ${UNOWNED_LETTERS})`,
];

/** @returns false where a table has more than one chunk to forget. */
export async function forgetGlobal(world: World): Promise<boolean> {
  const now = world.now();
  const results = await world.db.raw.batch(STATEMENTS.map((sql) => world.db.raw.prepare(sql).bind(now)));
  return results.every(({ meta }) => meta.changes < CHUNK);
}
