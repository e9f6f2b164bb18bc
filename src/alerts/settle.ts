import type { AlertChannel } from "../alert-rules.ts";
import { countOutcome } from "../connections/index.ts";
import type { World } from "../world.ts";
import { intervalMs } from "./channels/index.ts";
import { type Claim, FIRST_DUE } from "./claim.ts";
import { resolveGroups } from "./resolve-groups.ts";
import type { Sent } from "./send.ts";

/** Refusals of the same message before it is given up. */
const MAX_REFUSALS = 5;
/** An alert that no channel took for a day is news no more. */
const MAX_AGE_MS = 86_400_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Records what a message came to and frees its channel. The channel's limit counts from here: behind a database that is
 * slow to answer, the claim lies well before the message.
 * @returns when the next message of the channel can leave (epoch ms), null where nothing waits.
 */
export async function settleClaim(
  world: World,
  channel: AlertChannel,
  claim: Claim,
  sent: Sent,
): Promise<number | null> {
  const statements = sent.ok ? succeed(world, channel, claim) : miss(world, channel, claim, sent);
  const results = await world.db.raw.batch<{ at: number | null }>([
    ...statements,
    world.db.raw.prepare(NEXT).bind(channel.name, intervalMs(channel) * 2),
  ]);
  return results.at(-1)?.results[0]?.at ?? null;
}

const NEXT = `
SELECT max(w.due, c.open_at, c.used_until - ?2) AS at FROM (SELECT ${FIRST_DUE} AS due) w
JOIN alert_channels c ON c.channel = ?1 WHERE w.due IS NOT NULL`;

function succeed(world: World, channel: AlertChannel, { token, rows }: Claim): D1PreparedStatement[] {
  const db = world.db.raw;
  const now = world.now();
  return [
    ...resolveGroups(world, channel, token),
    db
      .prepare(
        "UPDATE alerts SET state = 'sent', sent_at = ?1, text = '', claim = NULL WHERE channel = ?2 AND claim = ?3",
      )
      .bind(now, channel.name, token),
    db
      .prepare(
        `UPDATE alert_channels SET open_at = ?1, failures = 0, failing_since = NULL, last_error = NULL,
         last_sent_at = ?1, used_until = max(used_until, ?1 + ?4), claim = NULL WHERE channel = ?2 AND claim = ?3`,
      )
      .bind(now, channel.name, token, intervalMs(channel)),
    countOutcome(world, "alerts", "sent", rows.length),
    countOutcome(world, "alerts", "messages"),
  ];
}

function miss(
  world: World,
  channel: AlertChannel,
  { token, rows }: Claim,
  sent: Sent & { ok: false },
): D1PreparedStatement[] {
  const db = world.db.raw;
  const now = world.now();
  const isBlamed = sent.isRefusal && (rows[0]?.attempts ?? 0) >= MAX_REFUSALS;
  return [
    db
      .prepare(
        `UPDATE alerts SET claim = NULL, next_at = ?1,
           text = CASE WHEN ?4 OR created_at < ?5 THEN '' ELSE text END,
           state = CASE WHEN ?4 OR created_at < ?5 THEN 'dead' ELSE 'waiting' END
         WHERE channel = ?2 AND claim = ?3`,
      )
      .bind(now, channel.name, token, isBlamed ? 1 : 0, now - MAX_AGE_MS),
    db
      .prepare(
        `UPDATE alert_channels SET used_until = max(used_until, ?1 + ?7), failures = failures + 1, failing_since = coalesce(failing_since, ?1),
           last_error = ?4, claim = NULL, open_at = ?1 + coalesce(?5, CAST(min(${LONGEST_PAUSE_MS},
             1000 * (1 << min(failures + 1, 10))) * ?6 AS INTEGER))
         WHERE channel = ?2 AND claim = ?3`,
      )
      .bind(
        now,
        channel.name,
        token,
        sent.error,
        sent.retryAfterMs,
        0.5 + Math.random() / 2,
        intervalMs(channel),
      ),
    countOutcome(world, "alerts", isBlamed ? "dead" : "failed", isBlamed ? rows.length : 1),
  ];
}
