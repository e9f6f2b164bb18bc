import type { World } from "../world.ts";

const HOUR_MS = 3_600_000;

/** The statement that adds to a counter, for a batch of the caller's. Areas are those of `GET /api/metrics`. */
export function countOutcome(world: World, area: string, outcome: string, count = 1): D1PreparedStatement {
  const hour = Math.floor(world.now() / HOUR_MS) * HOUR_MS;
  return world.db.raw
    .prepare(
      `INSERT INTO counters (area, outcome, hour, count) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (area, outcome, hour) DO UPDATE SET count = count + excluded.count`,
    )
    .bind(area, outcome, hour, count);
}
