import type { World } from "../world.ts";

/** The numbers of one event, all from the mirror. */
export interface EventNumbers {
  readonly byStatus: Readonly<Record<string, number>>;
  readonly participants: number;
  readonly registered: number;
  readonly cancelled: number;
  readonly checkedIn: number;
  /** Registrations by day, added up; x is epoch ms. */
  readonly trend: readonly { readonly x: number; readonly y: number }[];
}

interface GroupRow {
  id: string;
  status: string | null;
  state: "present" | "cancelled";
  day: number | null;
  count: number;
}

const DAY_MS = 86_400_000;
/** A card is some 250 pixels wide. */
const MAX_POINTS = 16;

// One pass over the people of all events, however many: everything else is added up from these few rows.
const GROUPS = `
SELECT connection_id AS id, application_status AS status, state, registered_at / ${DAY_MS} AS day, count(*) AS count
FROM participants WHERE connection_id IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3, 4`;

const ARRIVED = `
SELECT connection_id AS id, count(*) AS count FROM check_ins
WHERE connection_id IN (SELECT value FROM json_each(?)) AND taken_back_at IS NULL GROUP BY 1`;

/** The numbers of many events at once, by connection id. */
export async function countEvents(
  world: World,
  connectionIds: readonly string[],
): Promise<ReadonlyMap<string, EventNumbers>> {
  const ids = JSON.stringify(connectionIds);
  const { raw } = world.db;
  const [groups, arrived] = await Promise.all([
    raw.prepare(GROUPS).bind(ids).all<GroupRow>(),
    raw.prepare(ARRIVED).bind(ids).all<{ id: string; count: number }>(),
  ]);
  const rows = Map.groupBy(groups.results, ({ id }) => id);
  const here = new Map(arrived.results.map(({ id, count }) => [id, count]));
  return new Map(connectionIds.map((id) => [id, addUp(rows.get(id) ?? [], here.get(id) ?? 0)]));
}

function addUp(rows: readonly GroupRow[], checkedIn: number): EventNumbers {
  const present = rows.filter(({ state }) => state === "present");
  const registered = present.filter(({ day }) => day !== null);
  const byStatus: Record<string, number> = {};
  for (const { status, count } of present) {
    const name = status ?? "unknown";
    byStatus[name] = (byStatus[name] ?? 0) + count;
  }
  return {
    byStatus,
    participants: sum(present),
    registered: sum(registered),
    cancelled: sum(rows) - sum(present),
    checkedIn,
    trend: trendOf(registered),
  };
}

const sum = (rows: readonly { count: number }[]): number =>
  rows.reduce((total, { count }) => total + count, 0);

function trendOf(registered: readonly GroupRow[]): EventNumbers["trend"] {
  const days = new Map<number, number>();
  for (const { day, count } of registered) if (day !== null) days.set(day, (days.get(day) ?? 0) + count);
  let total = 0;
  const points = [...days]
    .sort(([a], [b]) => a - b)
    .map(([day, count]) => {
      total += count;
      return { x: day * DAY_MS, y: total };
    });
  const [first] = points;
  if (first === undefined) return [];
  const step = Math.ceil(points.length / MAX_POINTS);
  const kept = points.filter((_, index) => index % step === 0 || index === points.length - 1);
  return [{ x: first.x - DAY_MS, y: 0 }, ...kept];
}
