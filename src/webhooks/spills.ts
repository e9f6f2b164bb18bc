import { fromHex } from "../lib/encoding.ts";
import type { WebhookMessage } from "../messages.ts";
import type { World } from "../world.ts";
import type { BodyOwner } from "./envelope.ts";

export interface Spill {
  readonly id: string;
  readonly body: Uint8Array;
  readonly rest: WebhookMessage;
  readonly owner: BodyOwner;
  /** When a pointer to it goes to the queue, our clock. */
  readonly sentAt: number;
}

export async function insertSpill(world: World, { id, body, rest, owner, sentAt }: Spill): Promise<void> {
  await world.db.raw
    .prepare(
      `INSERT INTO spills (id, body, created_at, envelope, sent_at, event_id, organization_id)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
    )
    .bind(id, body, world.now(), JSON.stringify(rest), sentAt, owner.eventId, owner.organizationId)
    .run();
}

/** Half of the largest body: its hex stays well under the 2 MB that D1 gives as one value. */
const HALF = 524_288;

const LOAD = `SELECT hex(substr(body, 1, ${HALF})) AS head, hex(substr(body, ${HALF + 1})) AS tail
FROM spills WHERE id = ?1`;

/** The body of a spill, or null: one that is not there was processed or erased. */
export async function loadSpill(world: World, id: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const row = await world.db.raw.prepare(LOAD).bind(id).first<{ head: string; tail: string }>();
  return row === null ? null : fromHex(row.head + row.tail);
}

/** The statement that deletes spills whose messages are done with. */
export function deleteSpills(world: World, ids: readonly string[]): D1PreparedStatement[] {
  if (ids.length === 0) return [];
  const sql = "DELETE FROM spills WHERE id IN (SELECT value FROM json_each(?1))";
  return [world.db.raw.prepare(sql).bind(JSON.stringify(ids))];
}

/** A spill that is still there after this has lost its pointer, or waits in a queue: a second pointer does no harm. */
const LOST_AFTER_MS = 900_000;
const SWEPT_AT_ONCE = 100;

/** Cron: sends the pointers of spills again that have been there too long. */
export async function sweepSpills(world: World): Promise<void> {
  const { results } = await world.db.raw
    .prepare("SELECT id, envelope FROM spills WHERE sent_at < ?1 ORDER BY sent_at LIMIT ?2")
    .bind(world.now() - LOST_AFTER_MS, SWEPT_AT_ONCE)
    .all<{ id: string; envelope: string }>();
  if (results.length === 0) return;
  await world.env.WEBHOOKS.sendBatch(
    results.map(({ id, envelope }) => ({
      body: { ...(JSON.parse(envelope) as WebhookMessage), spillId: id },
      contentType: "v8" as const,
    })),
  );
  await world.db.raw
    .prepare("UPDATE spills SET sent_at = ?1 WHERE id IN (SELECT value FROM json_each(?2))")
    .bind(world.now(), JSON.stringify(results.map(({ id }) => id)))
    .run();
  world.log.warn("webhooks.spills_sent_again", { count: results.length });
}
