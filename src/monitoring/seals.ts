import { count } from "drizzle-orm";
import { grantCopies } from "../db/schema.ts";
import type { World } from "../world.ts";

export interface SealCount {
  readonly keyId: string;
  readonly seals: number;
  /** The first of the ring: what seals from now on. */
  readonly isCurrent: boolean;
  /** Whether the ring still has it: a key that leaves before its seals are gone takes them along. */
  readonly isInRing: boolean;
}

/** How many sealed copies of grants use which key id; keys of the ring that seal nothing are named too. */
export async function countSeals(world: World): Promise<readonly SealCount[]> {
  const rows = await world.db.orm
    .select({ keyId: grantCopies.keyId, seals: count() })
    .from(grantCopies)
    .groupBy(grantCopies.keyId);
  const ring = world.config.tokenKeys.map(({ kid }) => kid);
  const all = [...new Set([...ring, ...rows.map(({ keyId }) => keyId)])];
  return all.map((keyId) => ({
    keyId,
    seals: rows.find((row) => row.keyId === keyId)?.seals ?? 0,
    isCurrent: ring[0] === keyId,
    isInRing: ring.includes(keyId),
  }));
}
