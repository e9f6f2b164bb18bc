import type { World } from "../world.ts";

/** The type of deliveries that `npm run preflight` signs and sends: no event has it, and nothing subscribes to it. */
export const SELF_TEST_TYPE = "self_test.preflight";

/**
 * Removes the records of self-test deliveries. They belong to no connection, so that no mirror, handler or alert ever
 * saw them: these records are all that there is.
 * @returns how many
 */
export async function forgetDeliveries(world: World): Promise<number> {
  const removed = await world.db.raw
    .prepare("DELETE FROM deliveries WHERE connection_id = '' AND type = ?")
    .bind(SELF_TEST_TYPE)
    .run();
  return removed.meta.changes;
}
