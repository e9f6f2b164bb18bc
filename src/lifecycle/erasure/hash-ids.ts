import { databaseFor } from "../../db/client.ts";
import { hmacHexWith, utf8 } from "../../lib/encoding.ts";
import type { World } from "../../world.ts";
import { ledgerOf } from "../ledger.ts";

const PREFIX = "hashed:";
/** Ids a statement; each costs two hashes at most, and the JSON stays far below D1's 2 MB. */
const CHUNK = 500;
const CHUNKS_A_JOB = 40;

/** Makes the hash that stands for an id after an erasure: keyed, so that short ids cannot be guessed from a copy. */
export async function idHasher(world: World): Promise<(id: string) => Promise<string>> {
  const hmacHex = await hmacHexWith(utf8(await ledgerOf(world).pepper()));
  return async (id) => `${PREFIX}${(await hmacHex(id)).slice(0, 32)}`;
}

interface DeliveryIds {
  occurred_at: number;
  body_id: string;
  delivery_id: string;
  request_id: string | null;
}

/**
 * Hashes the ids in the audit log and the delivery records of a connection, which stay.
 * @returns whether none is left.
 */
export async function hashIds(world: World, connectionId: string): Promise<boolean> {
  const hash = await idHasher(world);
  for (let chunk = 0; chunk < CHUNKS_A_JOB; chunk++) {
    const audited = await hashAudit(world, connectionId, hash);
    const delivered = await hashDeliveries(world, connectionId, hash);
    if (audited < CHUNK && delivered < CHUNK) return true;
  }
  return false;
}

type Hash = (id: string) => Promise<string>;

async function hashAudit(world: World, connectionId: string, hash: Hash): Promise<number> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT id, subject FROM audit WHERE connection_id = ? AND subject IS NOT NULL
       AND subject NOT LIKE '${PREFIX}%' LIMIT ${CHUNK}`,
    )
    .bind(connectionId)
    .all<{ id: number; subject: string }>();
  if (results.length === 0) return 0;
  const rows = await Promise.all(results.map(async ({ id, subject }) => [id, await hash(subject)]));
  await world.db.raw
    .prepare(`UPDATE audit SET subject = j.value ->> 1 FROM json_each(?) j WHERE audit.id = j.value ->> 0`)
    .bind(JSON.stringify(rows))
    .run();
  return results.length;
}

async function hashDeliveries(world: World, connectionId: string, hash: Hash): Promise<number> {
  const { raw } = databaseFor(world, connectionId);
  const { results } = await raw
    .prepare(
      `SELECT occurred_at, body_id, delivery_id, request_id FROM deliveries
       WHERE connection_id = ? AND body_id NOT LIKE '${PREFIX}%' LIMIT ${CHUNK}`,
    )
    .bind(connectionId)
    .all<DeliveryIds>();
  if (results.length === 0) return 0;
  const rows = await Promise.all(
    results.map(async (row) => [
      row.occurred_at,
      row.body_id,
      await hash(row.body_id),
      await hash(row.delivery_id),
      row.request_id === null ? null : await hash(row.request_id),
    ]),
  );
  await raw
    .prepare(
      `UPDATE OR REPLACE deliveries SET body_id = j.value ->> 2, delivery_id = j.value ->> 3, request_id = j.value ->> 4
       FROM json_each(?2) j
       WHERE deliveries.connection_id = ?1 AND deliveries.occurred_at = j.value ->> 0
         AND deliveries.body_id = j.value ->> 1`,
    )
    .bind(connectionId, JSON.stringify(rows))
    .run();
  return results.length;
}
