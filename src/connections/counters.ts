import type { World } from "../world.ts";

/** Width of a bucket; the charts read these, the sum since the installation stands in bucket 0. */
export const COUNTER_BUCKET_MS = 300_000;

/** The statement that adds to a counter, for a batch of the caller's. Areas are those of `GET /api/metrics`. */
export function countOutcome(world: World, area: string, outcome: string, count = 1): D1PreparedStatement {
  const bucket = Math.floor(world.now() / COUNTER_BUCKET_MS) * COUNTER_BUCKET_MS;
  return world.db.raw
    .prepare(
      `INSERT INTO counters (area, outcome, bucket, count) VALUES (?1, ?2, ?3, ?4), (?1, ?2, 0, ?4)
       ON CONFLICT (area, bucket, outcome) DO UPDATE SET count = count + excluded.count`,
    )
    .bind(area, outcome, bucket, count);
}
