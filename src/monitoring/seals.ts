import { sealCounts } from "../grants/index.ts";
import type { World } from "../world.ts";

export interface SealCount {
  readonly keyId: string;
  readonly seals: number;
  /** The first of the ring: what seals from now on. */
  readonly isCurrent: boolean;
  /** Whether the ring still has it: a key that leaves before its seals are gone takes them along. */
  readonly isInRing: boolean;
}

const COUNT_LETTERS =
  "SELECT key_id, count(*) AS seals FROM dead_letters WHERE key_id IS NOT '' GROUP BY key_id";

/** How many letters use which key id. Null: it is not known of them yet, and may be any. */
export async function countLetterSeals(world: World): Promise<ReadonlyMap<string | null, number>> {
  const { results } = await world.db.raw
    .prepare(COUNT_LETTERS)
    .all<{ key_id: string | null; seals: number }>();
  return new Map(results.map(({ key_id, seals }) => [key_id, seals]));
}

/** How many seals of grants and of dead letters use which key id; keys of the ring that seal nothing are named too. */
export async function countSeals(world: World): Promise<readonly SealCount[]> {
  const [grants, letters] = await Promise.all([sealCounts(world), countLetterSeals(world)]);
  const ring = world.config.tokenKeys.map(({ kid }) => kid);
  const sealing = [...letters.keys()].filter((keyId) => keyId !== null);
  return [...new Set([...ring, ...Object.keys(grants), ...sealing])].map((keyId) => {
    const isInRing = ring.includes(keyId);
    // Where the key of a letter is not known yet, none may go.
    const unknown = isInRing ? (letters.get(null) ?? 0) : 0;
    const seals = (grants[keyId] ?? 0) + (letters.get(keyId) ?? 0) + unknown;
    return { keyId, seals, isCurrent: ring[0] === keyId, isInRing };
  });
}
