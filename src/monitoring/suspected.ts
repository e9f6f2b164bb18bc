import type { World } from "../world.ts";

/** Whether so many connections were just refused as revoked that Revento has probably suspended the integration. */
export async function isSuspensionSuspected(world: World): Promise<boolean> {
  const row = await world.db.raw
    .prepare("SELECT 1 FROM signals WHERE name = 'suspension_suspected' AND resolved_at IS NULL LIMIT 1")
    .first();
  return row !== null;
}
