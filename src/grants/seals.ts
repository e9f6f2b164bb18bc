import { bounded } from "../lib/bounded.ts";
import type { World } from "../world.ts";
import { COPY_LIMIT_MS } from "./copy.ts";
import type { HeldGrant } from "./state.ts";

const COUNT = `
SELECT key_id, count(*) AS seals FROM grant_copies GROUP BY key_id
UNION ALL SELECT key_id, count(*) FROM connections WHERE state = 'active' AND key_id IS NOT NULL GROUP BY key_id
UNION ALL SELECT key_id, count(*) FROM user_grants WHERE key_id IS NOT NULL GROUP BY key_id`;

/**
 * How many seals of grants use which key id: a grant's copy in the database, its pair in its object, and a person's
 * pair count one each. A key that no seal uses can be dropped from the ring.
 */
export async function sealCounts(world: World): Promise<Readonly<Record<string, number>>> {
  const { results } = await world.db.raw.prepare(COUNT).all<{ key_id: string; seals: number }>();
  const counts: Record<string, number> = {};
  for (const { key_id, seals } of results) counts[key_id] = (counts[key_id] ?? 0) + seals;
  return counts;
}

/** Notes which key seals a person's grant; there is no copy to tell. What cannot be noted is noted the next time. */
export async function noteUserKey(world: World, { identity, keyId }: HeldGrant): Promise<void> {
  if (identity.kind !== "user") return;
  const work = world.db.raw
    .prepare("UPDATE user_grants SET key_id = ?3 WHERE event_id = ?1 AND user_id = ?2 AND key_id IS NOT ?3")
    .bind(identity.eventId, identity.userId, keyId)
    .run();
  try {
    await bounded(work, COPY_LIMIT_MS, "the key of a person's grant");
  } catch (error) {
    world.log.warn("grant.key_not_noted", { error: String(error) });
  }
}
