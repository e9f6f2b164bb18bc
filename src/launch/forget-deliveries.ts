import type { World } from "../world.ts";

/** The type of deliveries that `npm run preflight` signs and sends: no event has it, and nothing subscribes to it. */
export const SELF_TEST_TYPE = "self_test.preflight";

const MINE = "SELECT delivery_id FROM deliveries WHERE connection_id = '' AND type = ?1";

// Only the latest batches can hold one: a self-test cleans up behind itself.
const FORGET_ARRIVALS = `
UPDATE arrivals SET delivery_ids =
  (SELECT json_group_array(value) FROM json_each(arrivals.delivery_ids) WHERE value NOT IN (${MINE}))
WHERE id > (SELECT coalesce(max(id), 0) - 1000 FROM arrivals)
  AND EXISTS (SELECT 1 FROM json_each(arrivals.delivery_ids) WHERE value IN (${MINE}))`;

/**
 * Removes the records of self-test deliveries. They belong to no connection, so that no mirror, handler or alert ever
 * saw them: these records are all that there is.
 * @returns how many
 */
export async function forgetDeliveries(world: World): Promise<number> {
  const { raw } = world.db;
  const [, removed] = await raw.batch([
    raw.prepare(FORGET_ARRIVALS).bind(SELF_TEST_TYPE),
    raw.prepare("DELETE FROM deliveries WHERE connection_id = '' AND type = ?").bind(SELF_TEST_TYPE),
  ]);
  return removed?.meta.changes ?? 0;
}
