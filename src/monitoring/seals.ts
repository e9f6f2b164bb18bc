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

/** How many seals use which key id; keys of the ring that seal nothing are named too. */
export async function countSeals(world: World): Promise<readonly SealCount[]> {
  const counts = await sealCounts(world);
  const ring = world.config.tokenKeys.map(({ kid }) => kid);
  return [...new Set([...ring, ...Object.keys(counts)])].map((keyId) => ({
    keyId,
    seals: counts[keyId] ?? 0,
    isCurrent: ring[0] === keyId,
    isInRing: ring.includes(keyId),
  }));
}
