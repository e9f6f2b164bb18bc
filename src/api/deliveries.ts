import type { AppContext } from "../app-env.ts";
import { idHasher } from "../lifecycle/index.ts";
import {
  DELIVERY_OUTCOMES,
  type Delivery,
  type DeliveryKey,
  listDeliveries,
  traceId,
  traceParticipant,
} from "../records/index.ts";
import { answerList, iso, isoOrNull, readChoice, readPage, refuse } from "./answer.ts";
import { timelineJson } from "./connections.ts";

const deliveryJson = (row: Delivery) => ({
  delivery_id: row.deliveryId,
  body_id: row.bodyId,
  type: row.type,
  event_id: row.eventId,
  organization_id: row.organizationId,
  occurred_at: iso(row.occurredAt),
  received_at: iso(row.receivedAt),
  processed_at: isoOrNull(row.processedAt),
  lag_ms: row.processedAt === null ? null : row.processedAt - row.receivedAt,
  attempts: row.attempts,
  outcome: row.outcome,
  request_id: row.requestId,
});

/** `GET /api/deliveries?status=`: newest first. */
export async function listAllDeliveries(c: AppContext): Promise<Response> {
  const page = readPage<DeliveryKey>(c, ["number", "string"]);
  if (!page.ok) return refuse(c, page.failure);
  const outcome = readChoice(c, "status", DELIVERY_OUTCOMES);
  if (!outcome.ok) return refuse(c, outcome.failure);
  const { limit, after } = page.value;
  const rows = await listDeliveries(c.get("world"), { outcome: outcome.value, after, limit: limit + 1 });
  return answerList(c, rows, { limit }, ({ key }) => key, deliveryJson);
}

/** `GET /api/trace/{id}`: everything known under a request id, delivery id, job id or connection, in order. */
export async function traceAny(c: AppContext): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const world = c.get("world");
  const entries = await traceId(world, id, await idHasher(world));
  return c.json({ id, entries: entries.map(timelineJson) });
}

/** `GET /api/participants/{id}/trace`. */
export async function tracePerson(c: AppContext): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const world = c.get("world");
  const entries = await traceParticipant(world, id, await idHasher(world));
  return c.json({ id, entries: entries.map(timelineJson) });
}
