import type { World } from "../world.ts";

/** Width of a fine bucket, for the chart of the last hour and for thresholds. */
export const COUNTER_BUCKET_MS = 300_000;
const HOUR_MS = 3_600_000;

/**
 * The buckets that a count goes into: five minutes; the hour, with a minus sign, so that a week's chart reads few rows;
 * and 0, the sum since the installation.
 */
export function counterBuckets(now: number): readonly [fine: number, hour: number, sum: 0] {
  const from = (width: number): number => Math.floor(now / width) * width;
  return [from(COUNTER_BUCKET_MS), -from(HOUR_MS), 0];
}

/** The statement that adds to a counter, for a batch of the caller's. Areas are those of `GET /api/metrics`. */
export function countOutcome(world: World, area: string, outcome: string, count = 1): D1PreparedStatement {
  return world.db.raw
    .prepare(
      `INSERT INTO counters (area, outcome, bucket, count)
       VALUES (?1, ?2, ?3, ?6), (?1, ?2, ?4, ?6), (?1, ?2, ?5, ?6)
       ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`,
    )
    .bind(area, outcome, ...counterBuckets(world.now()), count);
}
