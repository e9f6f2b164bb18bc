import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

export const DELIVERY_OUTCOMES = ["applied", "repeat", "stale", "ignored", "set_aside", "pending"] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export interface Delivery {
  readonly connectionId: string;
  readonly deliveryId: string;
  readonly bodyId: string;
  readonly type: string;
  readonly eventId: string | null;
  readonly organizationId: string | null;
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly processedAt: number | null;
  readonly attempts: number;
  readonly outcome: DeliveryOutcome;
  readonly requestId: string | null;
}

export const DELIVERY_COLUMNS = `d.connection_id AS connectionId, d.delivery_id AS deliveryId, d.body_id AS bodyId, d.type,
  d.event_id AS eventId, d.organization_id AS organizationId, d.occurred_at AS occurredAt, d.received_at AS receivedAt,
  d.processed_at AS processedAt, d.attempts, d.outcome, d.request_id AS requestId`;

/** Place in the order of arrival: batch, then place in the batch. For other outcomes than applied: time and id. */
export type DeliveryKey = readonly [number, string];

export interface ListedDelivery extends Delivery {
  readonly key: DeliveryKey;
}

/** Batches of webhooks that one page looks through at most. */
const ARRIVALS_A_PAGE = 400;

/** Deliveries of all connections, newest first. */
export async function listDeliveries(
  world: World,
  filter: {
    readonly outcome?: DeliveryOutcome | undefined;
    readonly after: DeliveryKey | null;
    readonly limit: number;
  },
): Promise<readonly ListedDelivery[]> {
  const { outcome, after, limit } = filter;
  if (outcome !== undefined && outcome !== "applied") {
    return listUnusual(world, outcome, after, limit);
  }
  return listArrived(world, outcome ?? null, after, limit);
}

/** Few rows have another outcome than applied: they have an index by time. */
async function listUnusual(
  world: World,
  outcome: DeliveryOutcome,
  after: DeliveryKey | null,
  limit: number,
): Promise<readonly ListedDelivery[]> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT ${DELIVERY_COLUMNS} FROM deliveries d WHERE d.outcome = ?1 AND d.outcome <> 'applied'
         AND d.received_at <= ?2 AND (d.received_at, d.delivery_id) < (?2, ?3)
       ORDER BY d.received_at DESC, d.delivery_id DESC LIMIT ?4`,
    )
    .bind(outcome, after?.[0] ?? Number.MAX_SAFE_INTEGER, after?.[1] ?? "", limit)
    .all<Delivery>();
  return results.map((row) => ({ ...row, key: [row.receivedAt, row.deliveryId] }));
}

/** All others come newest first, from the one row that each batch of webhooks left, in that order, with its time. */
async function listArrived(
  world: World,
  outcome: DeliveryOutcome | null,
  after: DeliveryKey | null,
  limit: number,
): Promise<readonly ListedDelivery[]> {
  const [batch, place] = [after?.[0] ?? Number.MAX_SAFE_INTEGER, Number(after?.[1] ?? -1)];
  const { results } = await databaseFor(world, "")
    .raw.prepare(
      `SELECT ${DELIVERY_COLUMNS}, a.id AS arrival, j.key AS place
       FROM (SELECT id, at, delivery_ids FROM arrivals WHERE id <= ?1 ORDER BY id DESC LIMIT ${ARRIVALS_A_PAGE}) a,
         json_each(a.delivery_ids) j CROSS JOIN deliveries d INDEXED BY deliveries_delivery ON d.delivery_id = j.value
         AND d.processed_at = a.at
       WHERE (a.id < ?1 OR j.key > ?2) AND (?3 IS NULL OR d.outcome = ?3)
       ORDER BY a.id DESC, j.key LIMIT ?4`,
    )
    .bind(batch, place, outcome, limit)
    .all<Delivery & { arrival: number; place: number }>();
  return results.map(({ arrival, place: at, ...row }) => ({ ...row, key: [arrival, String(at)] }));
}
