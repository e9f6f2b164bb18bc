import type { World } from "../../world.ts";

/** A run that has written no page for so long has lost its message, or waits for its turn: a second one does no harm. */
const QUIET_AFTER_MS = 900_000;
const SWEPT_AT_ONCE = 100;

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

/** Cron: asks again for the next page of runs that a crash or a lost message left standing. */
export async function sweepRuns(world: World): Promise<void> {
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
