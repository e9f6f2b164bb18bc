import { raiseSignal, resolveSignal, tellUntold } from "../signals/index.ts";
import type { World } from "../world.ts";
import { judge } from "./judge.ts";
import { measure } from "./measure.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How often each cron of `wrangler.toml` runs, in ms. A test keeps the lists equal. */
export const CRON_INTERVALS: Readonly<Record<string, number>> = {
  "*/5 * * * *": 5 * MINUTE_MS,
  "*/15 * * * *": 15 * MINUTE_MS,
  "23 * * * *": HOUR_MS,
  "41 3 * * *": 24 * HOUR_MS,
};

const WATCH_EVERY_MS = 5 * MINUTE_MS;

/** Tells what was left untold, judges every condition, raises what is new and resolves what is over. */
export async function watch(world: World): Promise<void> {
  await tellUntold(world);
  const measured = await measure(world, CRON_INTERVALS);
  for (const { name, isRaised, text } of judge(measured, world.manifest.monitoring, CRON_INTERVALS)) {
    if (isRaised) await raiseSignal(world, { name, text });
    else await resolveSignal(world, name);
  }
  await resolveOver(world);
}

/** A connection whose data has to go cannot get well again: nothing is left to do about its health. */
async function resolveOver(world: World): Promise<void> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT s.subject FROM signals s WHERE s.resolved_at IS NULL AND s.name = 'connection_unhealthy'
         AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.event_id = substr(s.subject, 1, instr(s.subject, '/') - 1)
           AND c.organization_id = substr(s.subject, instr(s.subject, '/') + 1)
           AND c.deletion_requested_at IS NULL AND c.erased_at IS NULL) LIMIT 100`,
    )
    .all<{ subject: string }>();
  for (const { subject } of results) await resolveSignal(world, "connection_unhealthy", subject);
}

/** When this isolate last looked: a hint that saves statements, never a truth. */
let lastWatchedAt = 0;

/**
 * The same from a queue consumer, at most every five minutes an isolate: crons that do not run cannot say so
 * themselves. Never makes the consumer fail.
 */
export async function watchSometimes(world: World): Promise<void> {
  const now = world.now();
  if (now - lastWatchedAt < WATCH_EVERY_MS && now >= lastWatchedAt) return;
  lastWatchedAt = now;
  try {
    await watch(world);
  } catch (error) {
    world.log.error("watch.failed", { error: String(error) });
  }
}
