import { bounded } from "../lib/bounded.ts";
import type { World } from "../world.ts";
import { COPY_LIMIT_MS, parseCopy } from "./copy.ts";
import { openPair } from "./sealing.ts";
import type { HeldGrant } from "./state.ts";

const COUNT = `
SELECT key_id, count(*) AS seals FROM grant_copies GROUP BY key_id
UNION ALL SELECT key_id, count(*) FROM connections WHERE state = 'active' AND key_id IS NOT NULL GROUP BY key_id
UNION ALL SELECT key_id, count(*) FROM user_grants WHERE key_id IS NOT NULL GROUP BY key_id`;

/**
 * How many seals of grants use which key id: a grant's copy in the database, its pair in its object, and a person's
 * pair count one each.
 */
export async function sealCounts(world: World): Promise<Readonly<Record<string, number>>> {
  const { results } = await world.db.raw.prepare(COUNT).all<{ key_id: string; seals: number }>();
  const counts: Record<string, number> = {};
  for (const { key_id, seals } of results) counts[key_id] = (counts[key_id] ?? 0) + seals;
  return counts;
}

const NEWEST_COPIES = "SELECT connection_id, sealed FROM grant_copies ORDER BY written_at DESC LIMIT ?";

/**
 * Opens the newest copies of grants with the ring at hand, as their objects would, and forgets the tokens.
 * @returns how many, and the ids of the connections whose copy does not open
 */
export async function tryCopies(
  world: World,
  limit: number,
): Promise<{ readonly tried: number; readonly closed: readonly string[] }> {
  const { results } = await world.db.raw
    .prepare(NEWEST_COPIES)
    .bind(limit)
    .all<{ connection_id: string; sealed: string }>();
  const closed = await Promise.all(
    results.map(async ({ connection_id, sealed }) => {
      const held = parseCopy(sealed);
      const isOpen =
        held?.connectionId === connection_id && (await openPair(world.config.tokenKeys, held)).ok;
      return isOpen ? null : connection_id;
    }),
  );
  return { tried: results.length, closed: closed.filter((id) => id !== null) };
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
