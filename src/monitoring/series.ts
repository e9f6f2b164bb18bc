import type { World } from "../world.ts";

const MINUTE_MS = 60_000;

/** What the charts show: how far back, and in slots of which width. */
export const SPANS = {
  hour: { lengthMs: 60 * MINUTE_MS, slotMs: 5 * MINUTE_MS },
  day: { lengthMs: 24 * 60 * MINUTE_MS, slotMs: 60 * MINUTE_MS },
  week: { lengthMs: 7 * 24 * 60 * MINUTE_MS, slotMs: 6 * 60 * MINUTE_MS },
} as const;
export type Span = keyof typeof SPANS;

export interface Series {
  readonly area: string;
  /** Beginnings of the slots, epoch ms, without gaps. */
  readonly slots: readonly number[];
  readonly outcomes: readonly string[];
  /** By outcome, in the order of the slots. */
  readonly counts: Readonly<Record<string, readonly number[]>>;
}

/** Counters of some areas over a span, one query for all: the last day by five minutes, before it by the hour. D1 binds numbers as reals: hence the casts. */
export async function readSeries(
  world: World,
  areas: readonly string[],
  span: Span,
): Promise<readonly Series[]> {
  const { lengthMs, slotMs } = SPANS[span];
  const end = Math.floor(world.now() / slotMs) * slotMs;
  const slots = Array.from({ length: lengthMs / slotMs }, (_, at) => end - lengthMs + (at + 1) * slotMs);
  const first = slots[0] ?? 0;
  const { results } = await world.db.raw
    .prepare(
      `SELECT c.area, c.outcome, abs(c.bucket) / CAST(?2 AS INTEGER) * CAST(?2 AS INTEGER) AS slot, sum(c.count) AS n
       FROM json_each(?1) a CROSS JOIN json_each(?3) r
         CROSS JOIN counters c ON c.area = a.value AND c.bucket BETWEEN r.value->>0 AND r.value->>1
       GROUP BY 1, 2, 3 ORDER BY 1, 2`,
    )
    .bind(
      JSON.stringify(areas),
      slotMs,
      JSON.stringify([
        [first, world.now()],
        [-world.now(), -first],
      ]),
    )
    .all<{ area: string; outcome: string; slot: number; n: number }>();
  return areas.map((area) => {
    const rows = results.filter((row) => row.area === area);
    const outcomes = [...new Set(rows.map(({ outcome }) => outcome))];
    const counts = Object.fromEntries(
      outcomes.map((outcome) => {
        const bySlot = new Map(rows.filter((row) => row.outcome === outcome).map(({ slot, n }) => [slot, n]));
        return [outcome, slots.map((slot) => bySlot.get(slot) ?? 0)];
      }),
    );
    return { area, slots, outcomes, counts };
  });
}
