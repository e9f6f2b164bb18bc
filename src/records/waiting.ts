import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

/** What of a connection waits for one handler. */
export interface Waiting {
  readonly handler: string;
  readonly rows: number;
  /** Rows that failed before. */
  readonly failing: number;
  /** Tries of the row that failed most often. */
  readonly attempts: number;
  /** When the next one is due, our clock, epoch ms. */
  readonly nextAt: number;
}

/** What of a connection waits for its handlers, one row for each handler that has something to do. */
export async function listWaiting(world: World, connectionId: string): Promise<readonly Waiting[]> {
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(
      `SELECT target AS handler, count(*) AS rows, sum(attempts > 0) AS failing, max(attempts) AS attempts,
         min(next_at) AS nextAt FROM outbox WHERE connection_id = ? GROUP BY target ORDER BY target`,
    )
    .bind(connectionId)
    .all<Waiting>();
  return results;
}
