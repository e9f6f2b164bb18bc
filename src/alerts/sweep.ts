import type { AlertMessage } from "../messages.ts";
import type { World } from "../world.ts";

/** How long the key of a sent alert still recognises a repeat. */
const KEPT_MS = 14 * 86_400_000;
/** Rows that one run deletes at most. */
const PAGE = 5000;

/** Flushes what a crash left behind, and forgets what was sent long ago. */
export async function sweepAlerts(world: World): Promise<void> {
  const now = world.now();
  const [due] = await world.db.raw.batch<{ channel: string }>([
    world.db.raw
      .prepare(
        "SELECT DISTINCT channel FROM alerts WHERE state IN ('waiting', 'sending') AND next_at <= ? LIMIT 100",
      )
      .bind(now),
    world.db.raw
      .prepare(
        `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE state IN ('sent', 'dead') AND next_at < ? LIMIT ${PAGE})`,
      )
      .bind(now - KEPT_MS),
  ]);
  const known = (due?.results ?? []).filter(({ channel }) => world.config.alertRules.channels.has(channel));
  if (known.length === 0) return;
  await world.env.ALERTS.sendBatch(
    known.map(({ channel }) => ({ body: { kind: "flush", channel } satisfies AlertMessage })),
  );
}
