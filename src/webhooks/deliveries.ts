import { counterBuckets, countForCharts } from "../connections/index.ts";
import { type Address, type FacetFlags, flagsOf, OUTCOME, type Place } from "../mirror/index.ts";
import type { Happening } from "../outbox/index.ts";
import type { World } from "../world.ts";
import type { Reading } from "./read-message.ts";

/** What a delivery record needs beside its address: nothing personal is among it. */
export interface DeliveryRow extends Partial<FacetFlags>, Omit<Partial<Address>, "c" | "e" | "o" | "at"> {
  readonly c: string | null;
  readonly e: string | null;
  readonly o: string | null;
  readonly at: number;
  /** The signed body's id. */
  readonly b: string;
  readonly d: string;
  readonly t: string;
  /** Received, our clock. */
  readonly r: number;
  readonly q: string | null;
  /** A newer snapshot of the same comes before it in its batch. */
  readonly late?: true;
  /** The same body comes before it in its batch. */
  readonly again?: true;
  /** How many deliveries of this body come in the batch, where they are more than one. */
  readonly times?: number;
  /** The outcome where it is known beforehand; otherwise the mirror decides in the statement. */
  readonly oc: string | null;
}

/** The record of a delivery whose envelope was one. */
export function deliveryRow(
  reading: Reading,
  happening: Happening,
  place: Place | null,
  headers: { readonly deliveryId: string; readonly receivedAt: number; readonly requestId: string | null },
  outcome: string | null,
): DeliveryRow {
  return {
    ...(reading.is === "snapshot"
      ? { ...flagsOf(reading.snapshot), res: reading.snapshot.row.res, id: reading.snapshot.row.id }
      : {}),
    c: place?.connectionId ?? null,
    e: happening.eventId,
    o: happening.organizationId,
    at: happening.occurredAt,
    b: happening.id,
    d: headers.deliveryId,
    t: happening.type,
    r: headers.receivedAt,
    q: headers.requestId,
    oc: outcome,
  };
}

const KEY = `d.connection_id = coalesce(e.value->>'$.c', '') AND d.occurred_at = e.value->>'$.at'
  AND d.body_id = e.value->>'$.b'`;

/**
 * SQL over a row `e`: no delivery of this body was recorded before, nor stands before it in the batch. True only ahead
 * of `recordDeliveries`.
 */
export const IS_NEW = `(e.value->>'$.again' IS NULL AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE ${KEY}))`;

// Newest first, as they are listed.
const ARRIVALS = `
INSERT INTO arrivals (at, delivery_ids)
SELECT ?2, json_group_array(d ORDER BY place DESC) FROM (
  SELECT e.value->>'$.d' AS d, max(e.key) AS place FROM json_each(?1) e WHERE ${IS_NEW} GROUP BY 1)
HAVING count(*) > 0`;

// A second delivery of the same signed body counts as one more attempt, and as nothing else. Our own queue's
// redelivery of the same message does not even count. Those of one batch are counted with the first: one row for all.
const RECORD = `
INSERT INTO deliveries (connection_id, occurred_at, body_id, delivery_id, type, event_id, organization_id, received_at,
  processed_at, attempts, outcome, request_id)
SELECT coalesce(e.value->>'$.c', ''), e.value->>'$.at', e.value->>'$.b', e.value->>'$.d', e.value->>'$.t',
  e.value->>'$.e', e.value->>'$.o', e.value->>'$.r', ?2, coalesce(e.value->>'$.times', 1),
  coalesce(e.value->>'$.oc', ${OUTCOME}), e.value->>'$.q'
FROM json_each(?1) e WHERE e.value->>'$.again' IS NULL
ON CONFLICT (connection_id, occurred_at, body_id) DO UPDATE SET attempts = attempts + excluded.attempts
  - (deliveries.delivery_id = excluded.delivery_id AND deliveries.received_at = excluded.received_at)
WHERE excluded.attempts > 1
  OR deliveries.delivery_id <> excluded.delivery_id OR deliveries.received_at <> excluded.received_at`;

const COUNT = `
INSERT INTO counters (area, outcome, bucket, count)
SELECT 'webhooks', n.outcome, b.value, n.count FROM (
  SELECT CASE WHEN d.processed_at = ?2 AND e.value->>'$.again' IS NULL THEN d.outcome ELSE 'repeat' END AS outcome, count(*) AS count
  FROM json_each(?1) e JOIN deliveries d ON ${KEY} GROUP BY 1) n, json_each(?3) b
WHERE true ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`;

/**
 * The statements that record deliveries: their arrival, their outcome against the mirror as it stands, and the
 * counters. They come before the snapshots are applied.
 */
export function recordDeliveries(
  world: World,
  rows: readonly DeliveryRow[],
  now: number,
): D1PreparedStatement[] {
  if (rows.length === 0) return [];
  const json = JSON.stringify(rows);
  return [
    world.db.raw.prepare(ARRIVALS).bind(json, now),
    world.db.raw.prepare(RECORD).bind(json, now),
    world.db.raw.prepare(COUNT).bind(json, now, JSON.stringify(counterBuckets(now))),
    ...countLag(world, rows, now),
  ];
}

// A letter that is there already was counted with it.
const COUNT_UNREADABLE = `
INSERT INTO counters (area, outcome, bucket, count)
SELECT 'webhooks', 'set_aside', b.value, n.count FROM (
  SELECT count(*) AS count FROM json_each(?1) i
  WHERE NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.id = i.value)) n, json_each(?2) b
WHERE n.count > 0 ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`;

/** Counts bodies that are no envelope: they have no delivery record. Comes before their letters are stored. */
export function countUnreadable(world: World, letterIds: readonly string[]): D1PreparedStatement[] {
  if (letterIds.length === 0) return [];
  const buckets = JSON.stringify(counterBuckets(world.now()));
  return [world.db.raw.prepare(COUNT_UNREADABLE).bind(JSON.stringify(letterIds), buckets)];
}

/** Classes of lag from received to processed, for the operator's chart: upper bounds in ms. */
const LAG_CLASSES: readonly (readonly [number, string])[] = [
  [1_000, "under 1 s"],
  [10_000, "1 to 10 s"],
  [60_000, "10 to 60 s"],
  [Number.POSITIVE_INFINITY, "over 60 s"],
];

function countLag(world: World, rows: readonly DeliveryRow[], now: number): D1PreparedStatement[] {
  const classOf = (lag: number): string => LAG_CLASSES.find(([below]) => lag < below)?.[1] ?? "over 60 s";
  const counts = new Map<string, number>();
  for (const { r } of rows) counts.set(classOf(now - r), (counts.get(classOf(now - r)) ?? 0) + 1);
  return [...counts].map(([lagClass, count]) => countForCharts(world, "lag", lagClass, count));
}
