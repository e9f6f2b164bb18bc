import { type Connection, jobIdOf } from "../../connections/index.ts";
import type { World } from "../../world.ts";
import { lifeOf } from "./start.ts";

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
  state: string;
}

// The row of a run is written at its start and its end only; in between its pages tell that it moves.
const QUIET = `
SELECT r.connection_id, r.id, r.generation, c.event_id, c.organization_id
FROM runs r JOIN connections c ON c.id = r.connection_id
WHERE r.state = 'running' AND r.moved_at < ?1 AND NOT EXISTS (
  SELECT 1 FROM run_pages p WHERE p.connection_id = r.connection_id AND p.slot = r.slot AND p.run_id = r.id
    AND p.read_at >= ?1)
ORDER BY r.moved_at LIMIT ${SWEPT_AT_ONCE}`;

/** Cron: starts walks whose start was lost, and asks again for the next page of those that stand still. */
export async function sweepRuns(world: World): Promise<void> {
  await startMissing(world);
  const { raw } = world.db;
  const { results } = await raw
    .prepare(QUIET)
    .bind(world.now() - QUIET_AFTER_MS)
    .all<Row>();
  if (results.length === 0) return;
  await world.env.SYNC.sendBatch(
    results.map(({ connection_id, id, generation, event_id, organization_id }) => ({
      body: {
        kind: "sync.page" as const,
        life: { connectionId: connection_id, eventId: event_id, organizationId: organization_id, generation },
        runId: id,
        page: 0,
      },
    })),
  );
  await raw
    .prepare(
      "UPDATE runs SET moved_at = ?1 WHERE state = 'running' AND id IN (SELECT value FROM json_each(?2))",
    )
    .bind(world.now(), JSON.stringify(results.map(({ id }) => id)))
    .run();
}
