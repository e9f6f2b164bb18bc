import { listSubscriptions, nudgeHandlers } from "../outbox/index.ts";
import type { World } from "../world.ts";

/** Younger rows have a nudge of their own on its way. */
const GRACE_MS = 60_000;
/** Pairs of (connection, handler) that one run wakes; the next run finds the others. */
const PAGE = 1000;
/** Rows of a handler that no longer exists wait this long for a deploy that brings it back. */
const ORPHAN_MS = 14 * 86_400_000;
/** An erasure waits for these. */
const ORPHAN_HOOK_MS = 3_600_000;

/** Finds what a crash between commit and nudge left behind, and wakes its handlers. */
export async function sweepOutbox(world: World): Promise<void> {
  const names = JSON.stringify(listSubscriptions().map(({ name }) => name));
  const now = world.now();
  const [due, orphans] = await world.db.raw.batch<{ connection_id: string; target: string }>([
    world.db.raw
      .prepare(
        `SELECT DISTINCT connection_id, target FROM outbox WHERE next_at <= ?1
         AND target IN (SELECT value FROM json_each(?2)) LIMIT ${PAGE}`,
      )
      .bind(now - GRACE_MS, names),
    world.db.raw
      .prepare(
        `DELETE FROM outbox WHERE target NOT IN (SELECT value FROM json_each(?2))
         AND next_at <= CASE WHEN type IN ('ended', 'erasing') THEN ?3 ELSE ?1 END`,
      )
      .bind(now - ORPHAN_MS, names, now - ORPHAN_HOOK_MS),
  ]);
  const pairs = due?.results ?? [];
  if (pairs.length > 0) world.log.warn("handlers.swept", { pairs: pairs.length });
  if ((orphans?.meta.changes ?? 0) > 0)
    world.log.warn("handlers.orphans_dropped", { rows: orphans?.meta.changes });
  await nudgeHandlers(
    world,
    pairs.map(({ connection_id, target }) => ({ connectionId: connection_id, targets: [target] })),
  );
}
