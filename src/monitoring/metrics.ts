import type { World } from "../world.ts";

/** Areas that `GET /api/metrics` always names, also while nothing was counted. */
export const AREAS = ["webhooks", "refreshes", "calls", "sync", "alerts", "handlers", "probes"] as const;

/** Outcomes that are named with a zero before the first: whoever takes differences needs something to begin with. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  webhooks: ["applied", "repeat", "stale", "ignored", "set_aside"],
  refreshes: ["success"],
  calls: ["200"],
};

export type Metrics = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Every counter since the installation, by area and outcome: the sums stand in bucket 0. */
export async function readMetrics(world: World): Promise<Metrics> {
  const areas = await listAreas(world);
  const { results } = await world.db.raw
    .prepare(
      `SELECT c.area, c.outcome, c.count FROM json_each(?) a JOIN counters c ON c.area = a.value AND c.bucket = 0
       ORDER BY c.area, c.outcome`,
    )
    .bind(JSON.stringify(areas))
    .all<{ area: string; outcome: string; count: number }>();
  const metrics: Record<string, Record<string, number>> = Object.fromEntries(
    AREAS.map((area) => [area, Object.fromEntries((FIRST[area] ?? []).map((outcome) => [outcome, 0]))]),
  );
  for (const { area, outcome, count } of results) {
    metrics[area] = { ...metrics[area], [outcome]: count };
  }
  return metrics;
}

/** One seek an area, however many buckets there are. */
async function listAreas(world: World): Promise<readonly string[]> {
  const { results } = await world.db.raw
    .prepare(
      `WITH RECURSIVE areas(area) AS (
         SELECT min(area) FROM counters UNION ALL
         SELECT (SELECT min(area) FROM counters WHERE area > areas.area) FROM areas WHERE area IS NOT NULL)
       SELECT area FROM areas WHERE area IS NOT NULL`,
    )
    .all<{ area: string }>();
  return results.map(({ area }) => area);
}

const escaped = (label: string): string =>
  label.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`));
const metricName = (area: string): string => `revento_${area.replace(/[^a-zA-Z0-9_]/g, "_")}_total`;

/** The same in Prometheus' text format. */
export function toPrometheus(metrics: Metrics, gauges: Readonly<Record<string, number>> = {}): string {
  const counters = Object.entries(metrics).flatMap(([area, outcomes]) => [
    `# HELP ${metricName(area)} ${area} by outcome, since the installation.`,
    `# TYPE ${metricName(area)} counter`,
    ...Object.entries(outcomes).map(
      ([outcome, count]) => `${metricName(area)}{outcome="${escaped(outcome)}"} ${count}`,
    ),
  ]);
  const lines = Object.entries(gauges).flatMap(([name, value]) => [
    `# TYPE revento_${name} gauge`,
    `revento_${name} ${value}`,
  ]);
  return `${[...counters, ...lines].join("\n")}\n`;
}
