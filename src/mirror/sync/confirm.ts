import { type Connection, insertAuditIfChanged } from "../../connections/index.ts";
import { fail, ok, type Result } from "../../failure.ts";
import type { World } from "../../world.ts";
import { followUp, lifeOf, newJobId } from "./start.ts";

const CONFIRM = `
UPDATE runs SET state = 'complete', complete_id = id, complete_slot = slot, complete_at = ?2, finished_at = ?2, is_confirmed = 1,
  follows = 0, follow_job = ?3,
  complete_ranks = (SELECT json_group_object(resource, rank) FROM run_pages p
    WHERE p.connection_id = runs.connection_id AND p.slot = runs.slot AND p.run_id = runs.id AND p.page = 1
      AND p.resource NOT IN (SELECT value FROM json_each(runs.skipped)))
WHERE connection_id = ?1 AND state = 'frozen'`;

/**
 * Releases a frozen reconcile: the operator says that what it missed is really gone. It counts as complete, and a
 * second walk begins that may miss the same, and cancels it. Who said it is written down with it; a walk that could not
 * be asked for at once, the sweeper asks for.
 * @param actor whom the audit log names
 * @returns `conflict` where nothing is frozen.
 */
export async function confirmReconcile(
  world: World,
  connection: Connection,
  actor: string,
): Promise<Result<{ jobId: string }>> {
  const life = lifeOf(connection);
  const jobId = newJobId(life);
  const [confirmed] = await world.db.raw.batch([
    world.db.raw.prepare(CONFIRM).bind(connection.id, world.now(), jobId),
    insertAuditIfChanged(world, { connectionId: connection.id, actor, action: "reconcile.confirmed" }),
  ]);
  if ((confirmed?.meta.changes ?? 0) === 0)
    return fail({ kind: "conflict", message: "No reconcile of this connection is frozen." });
  try {
    await world.env.SYNC.send(followUp(life, { kind: "reconcile", state: "complete", follows: 0 }, jobId));
  } catch (error) {
    world.log.warn("sync.follow_not_asked", { connectionId: connection.id, jobId, error: String(error) });
  }
  return ok({ jobId });
}
