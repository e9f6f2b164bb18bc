import { keyIdOf, seal, unseal } from "../../lib/seal.ts";
import type { World } from "../../world.ts";
import { placeOf } from "./letter.ts";

/** Of up to 2 MB each, one after the other. */
const RESEALED_AT_ONCE = 100;

// A key that is not in the ring is not asked for: its letters wait for it to be put back.
const DUE = `SELECT id, key_id FROM dead_letters
WHERE key_id IS NULL OR key_id IN (SELECT value FROM json_each(?1)) LIMIT ?2`;

interface Due {
  readonly id: string;
  readonly key_id: string | null;
}

/** Cron: seals letters again under the first key of the ring, so that a rotation comes to an end. */
export async function resealLetters(world: World): Promise<void> {
  const [, ...others] = world.config.tokenKeys.map(({ kid }) => kid);
  const { results } = await world.db.raw
    .prepare(DUE)
    .bind(JSON.stringify(others), RESEALED_AT_ONCE)
    .all<Due>();
  for (const due of results) {
    try {
      await reseal(world, due);
    } catch (error) {
      world.log.warn("dead_letter.not_resealed", { id: due.id, error: String(error) });
    }
  }
}

async function reseal(world: World, { id, key_id }: Due): Promise<void> {
  const { raw } = world.db;
  const row = await raw
    .prepare("SELECT sealed FROM dead_letters WHERE id = ?1")
    .bind(id)
    .first<{ sealed: string }>();
  if (row === null) return;
  const { sealed, keyId } = await sealAnew(world, id, row.sealed);
  await raw
    .prepare(
      "UPDATE dead_letters SET sealed = coalesce(?2, sealed), key_id = ?3 WHERE id = ?1 AND key_id IS ?4",
    )
    .bind(id, sealed, keyId, key_id)
    .run();
}

/** The letter under the first key, null where it stays as it is; and the key id that is right from then on. */
async function sealAnew(
  world: World,
  id: string,
  sealed: string,
): Promise<{ readonly sealed: string | null; readonly keyId: string | null }> {
  const ring = world.config.tokenKeys;
  const opened = await unseal(ring, placeOf(id), sealed);
  if (!opened.ok) {
    if (opened.why === "missing_key") return { sealed: null, keyId: opened.kid };
    world.log.error("dead_letter.reseal_refused", { id, why: opened.why });
    return { sealed: null, keyId: "" };
  }
  if (opened.kid === ring[0]?.kid) return { sealed: null, keyId: opened.kid };
  const anew = await seal(ring, placeOf(id), opened.text);
  return { sealed: anew, keyId: keyIdOf(anew) };
}
