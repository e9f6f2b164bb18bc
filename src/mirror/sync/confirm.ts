import type { Connection } from "../../connections/index.ts";
import { fail, ok, type Result } from "../../failure.ts";
import type { World } from "../../world.ts";
import { followUp, lifeOf, newJobId } from "./start.ts";

const CONFIRM = `
UPDATE runs SET state = 'complete', complete_id = id, complete_slot = slot, complete_at = ?2, finished_at = ?2, is_confirmed = 1,
  follows = 0, follow_job = ?3,
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
  const life = lifeOf(connection);
  const jobId = newJobId(life);
  const { meta } = await world.db.raw.prepare(CONFIRM).bind(connection.id, world.now(), jobId).run();
  if (meta.changes === 0)
    return fail({ kind: "conflict", message: "No reconcile of this connection is frozen." });
  await world.env.SYNC.send(followUp(life, { kind: "reconcile", state: "complete", follows: 0 }, jobId));
  return ok({ jobId });
}
