import type { World } from "../world.ts";

/** Width of a bucket, for the chart of the last hour and for thresholds. */
export const COUNTER_BUCKET_MS = 300_000;

/**
 * The buckets that a count goes into: five minutes, and 0, the sum since the installation. Retention adds what is older
 * than a day to its hour (with a minus sign).
 */
export function counterBuckets(now: number): readonly [fine: number, sum: 0] {
  return [Math.floor(now / COUNTER_BUCKET_MS) * COUNTER_BUCKET_MS, 0];
}

/** The statement that adds to a counter of charts alone: without the sum since the installation, one row written. */
export function countForCharts(
  world: World,
  area: string,
  outcome: string,
  count: number,
): D1PreparedStatement {
  return world.db.raw
    .prepare(
      `INSERT INTO counters (area, outcome, bucket, count) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`,
    )
    .bind(area, outcome, counterBuckets(world.now())[0], count);
}

/** The statement that adds to a counter, for a batch of the caller's. Areas are those of `GET /api/metrics`. */
export function countOutcome(world: World, area: string, outcome: string, count = 1): D1PreparedStatement {
  return world.db.raw
    .prepare(
      `INSERT INTO counters (area, outcome, bucket, count) VALUES (?1, ?2, ?3, ?5), (?1, ?2, ?4, ?5)
       ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`,
    )
    .bind(area, outcome, ...counterBuckets(world.now()), count);
}

/** The statement that counts how a walk ended: only the sum since the installation, because no chart shows walks. */
export function countWalk(world: World, outcome: string, count = 1): D1PreparedStatement {
  return world.db.raw
    .prepare(
      `INSERT INTO counters (area, outcome, bucket, count) VALUES ('sync', ?1, 0, ?2)
       ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`,
    )
    .bind(outcome, count);
}
