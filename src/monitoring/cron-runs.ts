import type { World } from "../world.ts";

/** Writes down that a cron began. @returns false where this very run was begun before: crons can fire twice. */
export async function beginCron(world: World, cron: string, scheduledAt: number): Promise<boolean> {
  const { meta } = await world.db.raw
    .prepare("INSERT INTO cron_runs (job, scheduled_at, started_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    .bind(cron, scheduledAt, world.now())
    .run();
  return meta.changes > 0;
}

export async function endCron(
  world: World,
  cron: string,
  scheduledAt: number,
  detail: string,
): Promise<void> {
  await world.db.raw
    .prepare("UPDATE cron_runs SET finished_at = ?3, detail = ?4 WHERE job = ?1 AND scheduled_at = ?2")
    .bind(cron, scheduledAt, world.now(), detail)
    .run();
}
