import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

export interface CurvePoint {
  /** Epoch ms. */
  readonly x: number;
  /** Arrivals up to then. */
  readonly y: number;
}

const MINUTE_MS = 60_000;
const MAX_POINTS = 120;

/** Arrivals by the minute, added up, from the first to the last of the past day; thinned where there are many. */
export async function arrivalsCurve(world: World, connectionId: string): Promise<readonly CurvePoint[]> {
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(
      `SELECT at / ${MINUTE_MS} AS minute, count(*) AS count FROM check_ins
       WHERE connection_id = ? AND taken_back_at IS NULL GROUP BY 1 ORDER BY 1`,
    )
    .bind(connectionId)
    .all<{ minute: number; count: number }>();
  return thin(addUp(results));
}

function addUp(minutes: readonly { minute: number; count: number }[]): CurvePoint[] {
  let sum = 0;
  const points = minutes.map(({ minute, count }) => {
    sum += count;
    return { x: (minute + 1) * MINUTE_MS, y: sum };
  });
  const [first] = points;
  return first === undefined ? [] : [{ x: first.x - MINUTE_MS, y: 0 }, ...points];
}

/** Every n-th point, and the last. */
function thin(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const step = Math.ceil(points.length / MAX_POINTS);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}
