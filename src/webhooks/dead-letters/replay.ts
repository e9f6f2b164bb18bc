import type { AlertMessage, HandlerMessage, SyncMessage } from "../../messages.ts";
import { insertOutbox, nudgeHandlers, type OutboxEntry } from "../../outbox/index.ts";
import type { World } from "../../world.ts";
import { enqueueWebhook, type FullMessage } from "../enqueue.ts";
import type { DeadLetterFilter } from "./filter.ts";
import { openBody } from "./letter.ts";
import { removeLetter } from "./remove.ts";

interface Row {
  id: string;
  queue: string;
  sealed: string;
  event_id: string | null;
  organization_id: string | null;
}

const COLUMNS = "id, queue, sealed, event_id, organization_id";

/**
 * Sends a message to its queue again: as it was verified at intake, whatever its timestamp. Sent first and deleted
 * after: a crash between the two makes a repeat, which changes nothing.
 * @returns `missing`: no letter of this id; `failed`: it stays, because no key opens it or no queue takes it.
 */
export async function replayDeadLetter(
  world: World,
  id: string,
  actor: string,
): Promise<"replayed" | "missing" | "failed"> {
  const row = await world.db.raw
    .prepare(`SELECT ${COLUMNS} FROM dead_letters WHERE id = ?1`)
    .bind(id)
    .first<Row>();
  if (row === null) return "missing";
  return (await replay(world, row, actor)) ? "replayed" : "failed";
}

/** Letters that one request sends again; what is left is counted for the next. */
const REPLAYED_AT_ONCE = 200;
const PAGE = 20;

/** Sends all letters of a filter again, oldest first, up to 200. `failed` ones stay. */
export async function replayDeadLetters(
  world: World,
  filter: DeadLetterFilter,
  actor: string,
): Promise<{ readonly replayed: number; readonly failed: number; readonly remaining: number }> {
  const where = "(?1 IS NULL OR queue = ?1) AND (?2 IS NULL OR reason = ?2)";
  const values = [filter.queue ?? null, filter.reason ?? null];
  const failed = new Set<string>();
  let replayed = 0;
  while (replayed + failed.size < REPLAYED_AT_ONCE) {
    const { results } = await world.db.raw
      .prepare(
        `SELECT ${COLUMNS} FROM dead_letters WHERE ${where} AND id NOT IN (SELECT value FROM json_each(?3))
         ORDER BY set_aside_at, id LIMIT ${PAGE}`,
      )
      .bind(...values, JSON.stringify([...failed]))
      .all<Row>();
    if (results.length === 0) break;
    for (const row of results) {
      if (await replay(world, row, actor)) replayed++;
      else failed.add(row.id);
    }
  }
  const left = await world.db.raw
    .prepare(`SELECT count(*) AS n FROM dead_letters WHERE ${where}`)
    .bind(...values)
    .first<{ n: number }>();
  return { replayed, failed: failed.size, remaining: left?.n ?? 0 };
}

async function replay(world: World, row: Row, actor: string): Promise<boolean> {
  const body = await openBody(world, row.id, row.queue, row.sealed);
  if (body === null || !(await send(world, row, body))) return false;
  await removeLetter(world, row.id, { actor, action: "dead_letter.replayed" });
  return true;
}

/** A row that a handler gave up on goes back into the outbox; a nudge is sent again. */
async function resumeHandler(world: World, body: HandlerMessage | OutboxEntry): Promise<void> {
  if (!("targets" in body)) {
    await world.env.HANDLERS.send(body);
    return;
  }
  await world.db.raw.batch(insertOutbox(world, [body], { when: IS_CONNECTED }));
  await nudgeHandlers(world, [body]);
}

// Also while the organizer has yet to connect again: the letter is deleted once this is done.
const IS_CONNECTED = `EXISTS (SELECT 1 FROM guards g
  WHERE g.connection_id = e.value->>'$.connectionId' AND g.state <> 'ended')`;

async function send(world: World, row: Row, body: unknown): Promise<boolean> {
  const owner = { eventId: row.event_id, organizationId: row.organization_id };
  try {
    switch (row.queue) {
      case "revento-webhooks":
        return await enqueueWebhook(world, body as FullMessage, owner);
      case "revento-sync":
        await world.env.SYNC.send(body as SyncMessage);
        return true;
      case "revento-alerts":
        await world.env.ALERTS.send(body as AlertMessage);
        return true;
      case "revento-handlers":
        await resumeHandler(world, body as HandlerMessage | OutboxEntry);
        return true;
      default:
        return false;
    }
  } catch (error) {
    world.log.warn("dead_letter.not_replayed", { id: row.id, queue: row.queue, error: String(error) });
    return false;
  }
}
