import { connectionOfJob, jobIdOf } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

/** Writes down that background work was asked for. @returns the id that traces and messages carry. */
export async function openJob(world: World, connectionId: string, kind: string): Promise<string> {
  const id = jobIdOf(connectionId, crypto.randomUUID());
  await databaseFor(world, connectionId)
    .raw.prepare("INSERT INTO jobs (connection_id, at, id, kind) VALUES (?, ?, ?, ?)")
    .bind(connectionId, world.now(), id, kind)
    .run();
  return id;
}

export async function closeJob(world: World, id: string, outcome: string, detail?: string): Promise<void> {
  const connectionId = connectionOfJob(id) ?? "";
  await databaseFor(world, connectionId)
    .raw.prepare(
      `UPDATE jobs SET outcome = ?3, detail = ?4, finished_at = ?5
       WHERE connection_id = ?1 AND id = ?2 AND finished_at IS NULL`,
    )
    .bind(connectionId, id, outcome, detail ?? null, world.now())
    .run();
}
