import { sweepAlerts } from "./alerts/index.ts";
import { sweepCalls } from "./grants/index.ts";
import { sweepOutbox } from "./handling/index.ts";
import { scheduleProbes } from "./health/index.ts";
import { runDueErasures, sweepUserGrants } from "./lifecycle/index.ts";
import { startReconciles, sweepRuns } from "./mirror/index.ts";
import { beginCron, endCron, watch } from "./monitoring/index.ts";
import { scheduleRetention } from "./retention/index.ts";
import { resealLetters, sweepSpills } from "./webhooks/index.ts";
import type { World } from "./world.ts";

type CronJob = (world: World, scheduledAt: number) => Promise<void>;

/** What each cron of `wrangler.toml` starts. Crons only enqueue, in pages; a test keeps both lists equal. */
export const crons: Readonly<Record<string, readonly CronJob[]>> = {
  "*/5 * * * *": [sweepOutbox, sweepAlerts, sweepSpills, sweepRuns, resealLetters, watch],
  "*/15 * * * *": [scheduleProbes],
  "23 * * * *": [runDueErasures, sweepUserGrants, startReconciles],
  "41 3 * * *": [scheduleRetention, sweepCalls],
};

/** Runs every job of a cron; one that fails does not keep the others from running. Throws at the end if any failed. */
export async function runCron(world: World, cron: string, scheduledAt: number): Promise<void> {
  await beginCron(world, cron, scheduledAt);
  const outcomes = await Promise.allSettled((crons[cron] ?? []).map((job) => job(world, scheduledAt)));
  const failures = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => reason);
  const detail = failures.length === 0 ? "ok" : `${failures.length} failed`;
  world.log.info("cron.ended", { cron, outcome: detail });
  await endCron(world, cron, scheduledAt, detail);
  if (failures.length > 0) throw new AggregateError(failures, `cron ${cron} failed`);
}
