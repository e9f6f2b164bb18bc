import { type Connection, jobIdOf } from "../../connections/index.ts";
import type { World } from "../../world.ts";
import type { Run } from "./run.ts";
import { followUp, lifeOf } from "./start.ts";

/** A run that has written no page for so long has lost its message, or waits for its turn: a second one does no harm. */
const QUIET_AFTER_MS = 900_000;
const SWEPT_AT_ONCE = 100;

/** A life that began so long ago has been given time to start by itself. */
const UNSTARTED_AFTER_MS = 120_000;
/** Who is older has had a daily reconcile. Bounds what the sweeper reads, whatever the number of connections. */
const UNSTARTED_WITHIN_MS = 2 * 86_400_000;
/** Revento's clock against ours, which runs are dated by. */
const CLOCK_SLACK_MS = 60_000;

// A run of an earlier life does not count: whoever connects again is read from the start.
const UNSTARTED = `
SELECT c.id, c.generation, c.event_id AS eventId, c.organization_id AS organizationId
FROM connections c INDEXED BY connections_begun
WHERE c.state = 'active' AND c.life_started_at BETWEEN ?1 AND ?2
  AND c.connected_at > coalesce((SELECT max(at) FROM platform_state), 0)
  AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.connection_id = c.id
    AND (r.generation = c.generation OR r.started_at >= c.life_started_at - ${CLOCK_SLACK_MS}))
ORDER BY c.life_started_at LIMIT ${SWEPT_AT_ONCE}`;

/** The `sync.start` of a connect goes after its commit: a crash between the two would leave the mirror empty. */
async function startMissing(world: World): Promise<void> {
  const now = world.now();
  const { results } = await world.db.raw
    .prepare(UNSTARTED)
    .bind(now - UNSTARTED_WITHIN_MS, now - UNSTARTED_AFTER_MS)
    .all<Pick<Connection, "id" | "generation" | "eventId" | "organizationId">>();
  if (results.length === 0) return;
  await world.env.SYNC.sendBatch(
    results.map((connection) => ({
      body: {
        kind: "sync.start" as const,
        life: lifeOf(connection),
        run: "initial" as const,
        // The same job each time it is found: two that wait begin one walk.
        jobId: jobIdOf(connection.id, `initial-${connection.generation}`),
      },
    })),
  );
}

interface Row {
  connection_id: string;
  id: string;
  generation: number;
  event_id: string;
  organization_id: string;
}

// The row of a run is written at its start and its end only; in between its pages tell that it moves.
const QUIET = `
SELECT r.connection_id, r.id, r.generation, c.event_id, c.organization_id
FROM runs r JOIN connections c ON c.id = r.connection_id
WHERE r.state = 'running' AND r.moved_at < ?1 AND NOT EXISTS (
  SELECT 1 FROM run_pages p WHERE p.connection_id = r.connection_id AND p.slot = r.slot AND p.run_id = r.id
    AND p.read_at >= ?1)
ORDER BY r.moved_at LIMIT ${SWEPT_AT_ONCE}`;

/** A walk that follows another and has not begun by now was not asked for, or the message was lost. */
const UNFOLLOWED = `
SELECT r.connection_id, r.follow_job AS followJob, r.kind, r.state, r.follows, c.generation, c.event_id, c.organization_id
FROM runs r INDEXED BY runs_followed JOIN connections c ON c.id = r.connection_id
  AND (c.generation = r.generation OR r.started_at >= c.life_started_at)
WHERE r.follow_job IS NOT NULL AND r.finished_at BETWEEN ?1 AND ?2 AND r.state IN ('complete', 'failed')
  AND c.state = 'active' AND c.connected_at > coalesce((SELECT max(at) FROM platform_state), 0)
ORDER BY r.finished_at LIMIT ${SWEPT_AT_ONCE}`;

interface Unfollowed extends Omit<Row, "id">, Pick<Run, "kind" | "state" | "follows"> {
  followJob: string;
}

async function startFollowing(world: World): Promise<void> {
  const now = world.now();
  const { results } = await world.db.raw
    .prepare(UNFOLLOWED)
    .bind(now - UNSTARTED_WITHIN_MS, now - QUIET_AFTER_MS)
    .all<Unfollowed>();
  if (results.length === 0) return;
  await world.env.SYNC.sendBatch(
    results.map((row) => ({ body: followUp(lifeOfRow(row), row, row.followJob) })),
  );
}

const lifeOfRow = (row: Omit<Row, "id">) => ({
  connectionId: row.connection_id,
  eventId: row.event_id,
  organizationId: row.organization_id,
  generation: row.generation,
});

/** Cron: starts walks whose start was lost, and asks again for the next page of those that stand still. */
export async function sweepRuns(world: World): Promise<void> {
  await startMissing(world);
  await startFollowing(world);
  await askOn(world);
}

async function askOn(world: World): Promise<void> {
  const { raw } = world.db;
  const { results } = await raw
    .prepare(QUIET)
    .bind(world.now() - QUIET_AFTER_MS)
    .all<Row>();
  if (results.length === 0) return;
  await world.env.SYNC.sendBatch(
    results.map((row) => ({
      body: { kind: "sync.page" as const, life: lifeOfRow(row), runId: row.id, page: 0 },
    })),
  );
  await raw
    .prepare(
      "UPDATE runs SET moved_at = ?1 WHERE state = 'running' AND id IN (SELECT value FROM json_each(?2))",
    )
    .bind(world.now(), JSON.stringify(results.map(({ id }) => id)))
    .run();
}
