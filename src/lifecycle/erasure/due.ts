import { findConnection } from "../../connections/index.ts";
import type { World } from "../../world.ts";
import { ledgerOf } from "../ledger.ts";
import { lostUpTo, sendErasureJobs } from "./jobs.ts";
import { OVER_SINCE, selectOver } from "./over.ts";
import { BY_DAY_25, eraseConnection, requestErasure } from "./request.ts";
import { QUEUE_RETENTION_MS } from "./run-chunk.ts";

/** A missed webhook must not keep data for ever: five days before the thirty are over. */
export const ERASE_OVER_AFTER_MS = 25 * 86_400_000;

/** Connections or entries an hour: the rest comes with the next hour's run. */
const PAGE = 200;

/**
 * Hourly: erases connections that were over for 25 days, enters those that a crash kept out of the ledger, and goes on
 * with entries that are not complete and whose job was lost.
 */
export async function runDueErasures(world: World): Promise<void> {
  await eachOf([eraseOver, enterForgotten, continueOpen], (step) => step(world));
}

/** Does all of it, one after the other, and throws at the end: one that fails holds up none of the others. */
async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = [];
  for (const one of all) {
    try {
      await work(one);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${all.length} erasures`);
}

async function eraseOver(world: World): Promise<void> {
  const { results } = await world.db.raw
    .prepare(`${selectOver(`event_id, organization_id, ${OVER_SINCE} AS over_since`, "?1")} LIMIT ${PAGE}`)
    .bind(world.now() - ERASE_OVER_AFTER_MS)
    .all<{ event_id: string; organization_id: string; over_since: number }>();
  await eachOf(results, (row) =>
    eraseConnection(
      world,
      { eventId: row.event_id, organizationId: row.organization_id },
      BY_DAY_25,
      row.over_since,
    ),
  );
}

async function enterForgotten(world: World): Promise<void> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT event_id, organization_id FROM connections
       WHERE deletion_requested_at <= ? AND deletion_requested_at IS NOT NULL AND erased_at IS NULL LIMIT ${PAGE}`,
    )
    .bind(world.now() - 600_000)
    .all<{ event_id: string; organization_id: string }>();
  await eachOf(results, async (row) => {
    const key = { eventId: row.event_id, organizationId: row.organization_id };
    const connection = await findConnection(world, key);
    if (connection === null || connection.status !== "ended") return;
    await requestErasure(world, connection, "system");
  });
}

async function continueOpen(world: World): Promise<void> {
  const now = world.now();
  await sendErasureJobs(world, await ledgerOf(world).listDue(PAGE, now - QUEUE_RETENTION_MS, lostUpTo(now)));
}
