import type { Connection } from "../../connections/index.ts";
import { fail, ok, type Result } from "../../failure.ts";
import type { World } from "../../world.ts";
import { startSync } from "./start.ts";

const CONFIRM = `
UPDATE runs SET state = 'complete', complete_id = id, complete_slot = slot, complete_at = ?2, is_confirmed = 1,
  complete_ranks = (SELECT json_group_object(resource, rank) FROM run_pages p
    WHERE p.connection_id = runs.connection_id AND p.slot = runs.slot AND p.run_id = runs.id AND p.page = 1)
WHERE connection_id = ?1 AND state = 'frozen'`;

/**
 * Releases a frozen reconcile: the operator says that what it missed is really gone. It counts as complete, and a
 * second walk begins that may miss the same, and cancels it.
 * @returns `conflict` where nothing is frozen.
 */
export async function confirmReconcile(
  world: World,
  connection: Connection,
): Promise<Result<{ jobId: string }>> {
  const { meta } = await world.db.raw.prepare(CONFIRM).bind(connection.id, world.now()).run();
  if (meta.changes === 0)
    return fail({ kind: "conflict", message: "No reconcile of this connection is frozen." });
  return ok({ jobId: await startSync(world, connection, "reconcile", 1) });
}
