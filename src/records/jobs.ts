import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

/** Writes down that background work was asked for. @returns the id that traces and messages carry. */
export async function openJob(world: World, connectionId: string, kind: string): Promise<string> {
  const id = crypto.randomUUID();
  await databaseFor(world, connectionId)
    .raw.prepare("INSERT INTO jobs (connection_id, at, id, kind) VALUES (?, ?, ?, ?)")
    .bind(connectionId, world.now(), id, kind)
    .run();
  return id;
}

export async function closeJob(world: World, id: string, outcome: string, detail?: string): Promise<void> {
  await databaseFor(world, "")
    .raw.prepare(
      "UPDATE jobs SET outcome = ?2, detail = ?3, finished_at = ?4 WHERE id = ?1 AND finished_at IS NULL",
    )
    .bind(id, outcome, detail ?? null, world.now())
    .run();
}
