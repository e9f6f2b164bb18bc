import { ACK, type Verdict } from "../../lib/verdict.ts";
import type { SyncMessage } from "../../messages.ts";
import type { World } from "../../world.ts";
import { ledgerOf } from "../ledger.ts";
import type { Erasure } from "../ledger-shape.ts";
import { countRows, deleteRows } from "./delete-rows.ts";
import { hashIds } from "./hash-ids.ts";
import { waitS } from "./jobs.ts";
import type { Scope } from "./tables.ts";

/** The queues keep a message 4 days; an hour more for clocks and for what is being delivered just then. */
export const QUEUE_RETENTION_MS = 4 * 86_400_000 + 3_600_000;

/**
 * One chunk of an erasure: deletes, hashes, looks a second time. Repeatable at any point: it holds no state but what
 * the tables themselves show.
 */
export async function runErasureChunk(
  world: World,
  { erasureId }: Extract<SyncMessage, { kind: "erasure.chunk" }>,
): Promise<Verdict> {
  const taken = await ledgerOf(world).take(erasureId, world.now());
  if (taken.kind === "unknown") return { do: "set_aside", reason: "no such erasure in the ledger" };
  if (taken.kind === "waits_elsewhere") return ACK;
  const { erasure } = taken;
  const scope = await scopeOf(world, erasure);
  const { counts, isAll } = await deleteRows(world, scope);
  if (Object.keys(counts).length > 0) await ledgerOf(world).count(erasure.id, counts);
  if (!isAll || !(await hashIds(world, erasure.id))) return { do: "again", inS: 0 };
  const { tables, rows } = await countRows(world, scope);
  const now = world.now();
  if (rows > 0) return waitFor(world, erasure, now);
  const isFinal = now >= erasure.requestedAt + QUEUE_RETENTION_MS;
  await markErased(world, erasure.id, now);
  await ledgerOf(world).prove(erasure.id, { lookedAt: now, tables, rows }, isFinal);
  world.log.info("erasure.done", { connectionId: erasure.id, tables, isFinal });
  return ACK;
}

/**
 * Rows are left: a job that was under way when the connection ended may have written one more, and its guard is closed
 * by now; or a handler has not heard of the end yet, which may take it hours.
 */
async function waitFor(world: World, erasure: Erasure, now: number): Promise<Verdict> {
  const inS = waitS(erasure, now);
  await ledgerOf(world).expectJobs([erasure.id], now + inS * 1000);
  return { do: "again", inS };
}

/** Rows without a connection id belong to the erased life up to the moment that a new one began. */
async function scopeOf(world: World, erasure: Erasure): Promise<Scope> {
  const row = await world.db.raw
    .prepare("SELECT id, connected_at FROM connections WHERE event_id = ? AND organization_id = ?")
    .bind(erasure.eventId, erasure.organizationId)
    .first<{ id: string; connected_at: number }>();
  const until = row === null || row.id === erasure.id ? Number.MAX_SAFE_INTEGER : row.connected_at;
  return [erasure.id, erasure.eventId, erasure.organizationId, until];
}

async function markErased(world: World, id: string, now: number): Promise<void> {
  await world.db.raw
    .prepare(
      `UPDATE connections SET erased_at = coalesce(erased_at, ?2), event_name = NULL, key_id = NULL, last4 = NULL,
         access_expires_at = NULL, refresh_expires_at = NULL, grant_ends_at = NULL
       WHERE id = ?1 AND state <> 'active'`,
    )
    .bind(id, now)
    .run();
}
