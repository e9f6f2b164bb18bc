import { appendAudit } from "../../connections/index.ts";
import type { World } from "../../world.ts";

/** Throws a message away for good. @returns false where there is none of this id. */
export async function discardDeadLetter(world: World, id: string, actor: string): Promise<boolean> {
  const row = await world.db.raw
    .prepare("DELETE FROM dead_letters WHERE id = ?1 RETURNING connection_id, queue")
    .bind(id)
    .first<{ connection_id: string; queue: string }>();
  if (row === null) return false;
  await appendAudit(world, {
    connectionId: row.connection_id === "" ? null : row.connection_id,
    actor,
    action: "dead_letter.discarded",
    detail: { id, queue: row.queue },
  });
  return true;
}
