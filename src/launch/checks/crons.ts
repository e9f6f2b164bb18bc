import type { World } from "../../world.ts";
import { type CheckResult, failed, passed, unsure } from "../check.ts";

export interface CronRun {
  readonly cron: string;
  /** Begun last, our clock, epoch ms; null where it never ran. */
  readonly lastAt: number | null;
  /** How that run ended, or null where it has not. */
  readonly outcome: string | null;
  /** When the watchdog began to look for it; null where it never did. */
  readonly watchedSince: number | null;
}

/** A cron may be late by a turn: Cloudflare says that a new one takes up to 15 minutes to begin. */
const MISSED_AFTER_INTERVALS = 2;
const PATIENCE_MS = 15 * 60_000;

/** Judges what ran last against how often each has to run, in ms. */
export function judgeCrons(
  runs: readonly CronRun[],
  intervals: Readonly<Record<string, number>>,
  now: number,
): CheckResult {
  const limit = (cron: string): number => (intervals[cron] ?? 0) * MISSED_AFTER_INTERVALS + PATIENCE_MS;
  const isLate = ({ cron, lastAt, watchedSince }: CronRun): boolean =>
    now - (lastAt ?? watchedSince ?? 0) > limit(cron);
  const late = runs.filter((run) => isLate(run) && (run.lastAt !== null || run.watchedSince !== null));
  const broken = runs.filter(
    ({ lastAt, outcome }) => lastAt !== null && outcome !== null && outcome !== "ok",
  );
  if (late.length > 0 || broken.length > 0) {
    const what = [
      ...late.map(({ cron }) => `${cron} is late`),
      ...broken.map(({ cron, outcome }) => `${cron} ended with ${outcome}`),
    ];
    return failed("crons", what.join("; "), "Look at the triggers of the Worker, and at its log.");
  }
  const waiting = runs.filter(({ lastAt }) => lastAt === null).map(({ cron }) => cron);
  if (waiting.length > 0) {
    return unsure(
      "crons",
      `not due yet since the deployment: ${waiting.join(", ")}`,
      "Look again after its time.",
    );
  }
  const ages = runs.map(({ cron, lastAt }) => `${cron} ${Math.round((now - (lastAt ?? now)) / 1000)} s ago`);
  return passed("crons", ages.join(", "));
}

const LAST_RUNS = `
SELECT j.value AS cron,
  (SELECT started_at FROM cron_runs WHERE job = j.value AND scheduled_at > 0 ORDER BY scheduled_at DESC LIMIT 1) AS lastAt,
  (SELECT detail FROM cron_runs WHERE job = j.value AND scheduled_at > 0 ORDER BY scheduled_at DESC LIMIT 1) AS outcome,
  (SELECT started_at FROM cron_runs WHERE job = j.value AND scheduled_at = 0) AS watchedSince
FROM json_each(?) j`;

export async function checkCrons(
  world: World,
  intervals: Readonly<Record<string, number>>,
): Promise<CheckResult> {
  const { results } = await world.db.raw
    .prepare(LAST_RUNS)
    .bind(JSON.stringify(Object.keys(intervals)))
    .all<CronRun>();
  return judgeCrons(results, intervals, world.now());
}
