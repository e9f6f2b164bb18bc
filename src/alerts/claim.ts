import type { AlertChannel } from "../alert-rules.ts";
import type { World } from "../world.ts";
import { intervalMs } from "./channels/index.ts";
import type { AlertRow } from "./compose.ts";
import { SEND_LIMIT_MS } from "./send.ts";

/** Messages that may leave at once before the channel's limit spaces them. */
const BURST = 3;
/** Alerts that one message may stand for. */
const MAX_GROUP = 1000;
/** PagerDuty opens an incident for each key: up to this many get one each, more become one incident. */
const SINGLY = 5;
const CLAIM_MS = SEND_LIMIT_MS + 7_000;

export interface Claim {
  readonly token: string;
  readonly rows: readonly AlertRow[];
  /** Nothing was taken though something waits: a flush is needed then (epoch ms). */
  readonly flushAt: number | null;
}

const OPEN = `
INSERT INTO alert_channels (channel, open_at, used_until, claim)
SELECT ?1, ?2 + ${CLAIM_MS}, ?2 + ?3, ?4 WHERE EXISTS (SELECT 1 FROM alerts
  WHERE channel = ?1 AND state IN ('waiting', 'sending') AND next_at <= ?2)
ON CONFLICT (channel) DO UPDATE SET open_at = excluded.open_at, claim = excluded.claim,
  used_until = max(used_until, ?2) + ?3
WHERE open_at <= ?2 AND used_until <= ?2 + ?3 * ${BURST - 1}`;

// Rows left in `sending` belong to a try that crashed. A message that failed goes again as it was, before any new one:
// a channel that took it after all recognises it. The join looks at alerts only where this try took the channel: in a
// storm thousands wait, and every message that comes meanwhile asks.
const DUE = `alert_channels c CROSS JOIN alerts a
  WHERE c.channel = ?1 AND c.claim = ?3 AND a.channel = ?1 AND a.state IN ('waiting', 'sending') AND a.next_at <= ?2`;
const AGAIN = `(SELECT a.batch FROM ${DUE} AND a.batch IS NOT NULL ORDER BY a.id LIMIT 1)`;
const fresh = (limit: number, condition = "true"): string =>
  `SELECT a.id FROM ${DUE} AND a.batch IS NULL AND ${condition} ORDER BY a.id LIMIT ${limit}`;

const GROUP = `SELECT id FROM (${fresh(MAX_GROUP)})`;
const TRIGGERS = `(SELECT count(*) FROM (${fresh(SINGLY + 1, "a.action = 'trigger'")}))`;
const SINGLE = `
SELECT id FROM (${fresh(MAX_GROUP, "a.action = 'trigger'")}) WHERE ${TRIGGERS} > ${SINGLY}
UNION SELECT id FROM (${fresh(1)}) WHERE ${TRIGGERS} <= ${SINGLY}`;

const take = (chosen: string): string => `
UPDATE alerts SET state = 'sending', claim = ?3, batch = coalesce(batch, ?3), attempts = attempts + 1,
  next_at = ?2 + ${CLAIM_MS}
WHERE id IN (SELECT a.id FROM ${DUE} AND a.batch = ${AGAIN}
    UNION SELECT id FROM (${chosen}) WHERE ${AGAIN} IS NULL)
RETURNING id, rule, action, dedup_key, text, attempts, batch`;

/** When the first alert of channel ?1 is due: read off the index, however many wait. */
export const FIRST_DUE = `(SELECT min(due) FROM (
  SELECT min(next_at) AS due FROM alerts WHERE channel = ?1 AND state = 'waiting'
  UNION ALL SELECT min(next_at) FROM alerts WHERE channel = ?1 AND state = 'sending'))`;

const WAITING = `
SELECT w.due, c.open_at, c.used_until, c.flush_at FROM (SELECT ${FIRST_DUE} AS due) w
JOIN alert_channels c ON c.channel = ?1 WHERE w.due IS NOT NULL`;

/** How many results `claimStatements` has. */
export const CLAIM_RESULTS = 3;

/**
 * The statements that take a channel, if it is free and its limit allows, and what waits for it. Behind the caller's
 * own inserts in one batch; `readClaim` reads their results.
 */
export function claimStatements(world: World, channel: AlertChannel, token: string): D1PreparedStatement[] {
  const now = world.now();
  const db = world.db.raw;
  return [
    db.prepare(OPEN).bind(channel.name, now, intervalMs(channel), token),
    db.prepare(take(channel.kind === "pagerduty" ? SINGLE : GROUP)).bind(channel.name, now, token),
    db.prepare(WAITING).bind(channel.name),
  ];
}

interface WaitingRow {
  due: number;
  open_at: number;
  used_until: number;
  flush_at: number | null;
}

export function readClaim(
  world: World,
  channel: AlertChannel,
  token: string,
  results: readonly D1Result<unknown>[],
): Claim {
  const rows = (results[1]?.results ?? []) as AlertRow[];
  const waiting = (results[2]?.results[0] ?? null) as WaitingRow | null;
  if (waiting === null || rows.length > 0) {
    return { token, rows: rows.toSorted((left, right) => left.id - right.id), flushAt: null };
  }
  const freeAt = Math.max(
    waiting.due,
    waiting.open_at,
    waiting.used_until - intervalMs(channel) * (BURST - 1),
  );
  const at = Math.max(freeAt, world.now() + 1);
  const isOnItsWay =
    waiting.flush_at !== null && waiting.flush_at > world.now() && waiting.flush_at <= at + 1000;
  return { token, rows: [], flushAt: isOnItsWay ? null : at };
}
