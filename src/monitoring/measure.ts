import { ERASURE_DEADLINE_MS, ledgerOf, selectOver } from "../lifecycle/index.ts";
import type { World } from "../world.ts";

const MINUTE_MS = 60_000;
const WATCHED_PROBES_MS = 45 * MINUTE_MS;

/** What the conditions are judged by. Counts are of the window of the manifest; ages in ms, 0 where nothing waits. */
export interface Measured {
  readonly refreshFailures: number;
  /** Set aside. */
  readonly failedDeliveries: number;
  /** Refused for their signature or their timestamp: as far as isolates have told. */
  readonly refusedDeliveries: number;
  readonly revokedConnections: number;
  readonly activeConnections: number;
  readonly deadLetters: number;
  readonly oldestWaiting: Readonly<Record<"outbox" | "spills" | "runs" | "erasures", number>>;
  readonly overdueErasures: number;
  /** Handlers that only ran over their time, and are tried by one connection at a time. */
  readonly pausedHandlers: readonly string[];
  readonly probes: number;
  readonly oldestActiveAge: number;
  /** Minutes since each cron last began, by expression; null where it never did. */
  readonly cronAges: Readonly<Record<string, number>>;
}

interface Row {
  refreshes: number;
  deliveries: number;
  refused: number;
  revoked: number;
  active: number;
  oldest_active: number | null;
  dead: number;
  outbox: number | null;
  spills: number | null;
  runs: number | null;
  probes: number;
  unentered: number;
  paused: string;
}

// One row, each number by an index. Counting stops at 1,000: more says nothing new.
const MEASURE = `SELECT
  (SELECT coalesce(sum(count), 0) FROM counters WHERE area = 'refreshes' AND bucket >= ?2 AND outcome <> 'success') AS refreshes,
  (SELECT coalesce(sum(count), 0) FROM counters WHERE area = 'webhooks' AND bucket >= ?2 AND outcome = 'set_aside') AS deliveries,
  (SELECT coalesce(sum(count), 0) FROM counters WHERE area = 'webhooks' AND bucket >= ?2 AND outcome IN ('refused_signature', 'refused_timestamp')) AS refused,
  (SELECT count(*) FROM (SELECT 1 FROM connections WHERE state <> 'active' AND deletion_requested_at IS NULL
    AND erased_at IS NULL AND ended_at >= ?1 AND reason IN ('token_revoked', 'invalid_grant') LIMIT 1000)) AS revoked,
  (SELECT count(*) FROM (SELECT 1 FROM connections WHERE state = 'active' LIMIT 1000)) AS active,
  (SELECT min(created_at) FROM (SELECT created_at FROM connections WHERE state = 'active' LIMIT 50)) AS oldest_active,
  (SELECT count(*) FROM (SELECT 1 FROM dead_letters LIMIT 1000)) AS dead,
  (SELECT next_at FROM outbox ORDER BY id LIMIT 1) AS outbox,
  (SELECT min(created_at) FROM spills) AS spills,
  (SELECT min(moved_at) FROM runs WHERE state = 'running') AS runs,
  (SELECT coalesce(sum(count), 0) FROM counters WHERE area = 'probes' AND bucket >= ?3) AS probes,
  (SELECT count(*) FROM (${selectOver("1", "?4")} LIMIT 1000)) AS unentered,
  (SELECT json_group_array(handler) FROM handler_circuits WHERE until > 0) AS paused`;

export async function measure(
  world: World,
  cronIntervals: Readonly<Record<string, number>>,
): Promise<Measured> {
  const now = world.now();
  const since = now - world.manifest.monitoring.windowMinutes * MINUTE_MS;
  const row = await world.db.raw
    .prepare(MEASURE)
    .bind(since, since, now - WATCHED_PROBES_MS, now - ERASURE_DEADLINE_MS)
    .first<Row>();
  if (row === null) throw new Error("the measurement returned no row");
  const open = (await ledgerOf(world).listOpen(100, now)).filter(({ erasedAt }) => erasedAt === null);
  const age = (at: number | null): number => (at === null ? 0 : Math.max(0, now - at));
  return {
    refreshFailures: row.refreshes,
    failedDeliveries: row.deliveries,
    refusedDeliveries: row.refused,
    revokedConnections: row.revoked,
    activeConnections: row.active,
    deadLetters: row.dead,
    oldestWaiting: {
      outbox: age(row.outbox),
      spills: age(row.spills),
      runs: age(row.runs),
      erasures: age(open[0]?.requestedAt ?? null),
    },
    overdueErasures: row.unentered + open.filter(({ deadlineAt }) => deadlineAt <= now).length,
    pausedHandlers: JSON.parse(row.paused) as string[],
    probes: row.probes,
    oldestActiveAge: age(row.oldest_active),
    cronAges: await readCronAges(world, Object.keys(cronIntervals)),
  };
}

/** How long ago each cron began, in ms. A cron that never ran counts from the first time that anybody looked. */
async function readCronAges(world: World, crons: readonly string[]): Promise<Record<string, number>> {
  const now = world.now();
  await world.db.raw
    .prepare(
      `INSERT INTO cron_runs (job, scheduled_at, started_at, detail)
       SELECT j.value, 0, ?2, 'watched since' FROM json_each(?1) j WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(crons), now)
    .run();
  const { results } = await world.db.raw
    .prepare(
      `SELECT j.value AS job, (SELECT started_at FROM cron_runs r WHERE r.job = j.value
         ORDER BY scheduled_at DESC LIMIT 1) AS at FROM json_each(?) j`,
    )
    .bind(JSON.stringify(crons))
    .all<{ job: string; at: number }>();
  return Object.fromEntries(results.map(({ job, at }) => [job, now - at]));
}
