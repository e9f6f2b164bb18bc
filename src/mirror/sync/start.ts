import { type Connection, countWalk, findConnectionById, jobIdOf } from "../../connections/index.ts";
import { ACK, type Verdict } from "../../lib/verdict.ts";
import type { ConnectionLife, SyncMessage } from "../../messages.ts";
import type { World } from "../../world.ts";
import { firstAfter, leftOut, type Run, sendPage } from "./run.ts";

type StartMessage = Extract<SyncMessage, { kind: "sync.start" }>;

export type RunKind = "initial" | "reconcile";

export const lifeOf = (connection: Pick<Connection, "id" | "eventId" | "organizationId" | "generation">) => ({
  connectionId: connection.id,
  eventId: connection.eventId,
  organizationId: connection.organizationId,
  generation: connection.generation,
});

/**
 * Enqueues a walk over everything of a connection. While one is running for this life, the new one does nothing.
 * @returns the id of the job, which becomes the id of the run.
 */
export async function startSync(
  world: World,
  connection: Pick<Connection, "id" | "eventId" | "organizationId" | "generation">,
  run: RunKind,
): Promise<string> {
  const life = lifeOf(connection);
  const jobId = newJobId(life);
  await world.env.SYNC.send({ kind: "sync.start", life, run, jobId });
  return jobId;
}

export const newJobId = ({ connectionId }: Pick<ConnectionLife, "connectionId">): string =>
  jobIdOf(connectionId, crypto.randomUUID());

/**
 * The walk that begins because another ended, whose row names it as `follow_job`. However many such messages there are,
 * and however late, one begins it.
 */
export const followUp = (
  life: ConnectionLife,
  ended: Pick<Run, "kind" | "state" | "follows">,
  jobId: string,
): StartMessage => ({
  kind: "sync.start",
  life,
  run: ended.state === "failed" ? ended.kind : "reconcile",
  jobId,
  follows: ended.follows + 1,
});

/**
 * Begins another walk in the place of one whose generation is over while its connection goes on: somebody signed in
 * again. Of several that are asked for, one begins.
 * @returns whether the connection goes on
 */
export async function beginAgain(
  world: World,
  life: ConnectionLife,
  run: Pick<Run, "generation" | "kind">,
): Promise<boolean> {
  const connection = await findConnectionById(world, life.connectionId);
  if (connection?.status !== "active" || connection.generation <= run.generation) return false;
  await startSync(world, connection, run.kind);
  return true;
}

/** A running walk that wrote nothing for so long is given up when another is asked for. */
export const STUCK_AFTER_MS = 3_600_000;

// One run at a time: a running one of the same life stays. The pages go into the slot that the last complete run does
// not use. A run begins once, also when others came after it: its pages may still stand there, and would count as read
// by the second. Its job tells that it ended, its pages that it was given up.
const BEGIN = `
INSERT INTO runs (connection_id, id, kind, state, generation, slot, follows, started_at, moved_at, skipped, detail)
SELECT g.connection_id, ?1, ?2, 'running', g.generation, 0, ?3, ?4, ?4, ?10, ?11 FROM guards g
WHERE g.event_id = ?5 AND g.organization_id = ?6 AND g.connection_id = ?7 AND g.generation = ?8 AND g.state = 'active'
  AND g.connected_at > coalesce((SELECT max(at) FROM platform_state), 0)
ON CONFLICT (connection_id) DO UPDATE SET id = excluded.id, kind = excluded.kind, state = 'running',
  generation = excluded.generation, slot = CASE WHEN runs.complete_slot = 0 THEN 1 ELSE 0 END,
  follows = excluded.follows, started_at = excluded.started_at, moved_at = excluded.moved_at, finished_at = NULL,
  pages = 0, rows = 0, skipped = excluded.skipped, detail = excluded.detail, follow_job = NULL
WHERE runs.id <> excluded.id
  AND NOT EXISTS (SELECT 1 FROM jobs j
    WHERE j.connection_id = excluded.connection_id AND j.id = excluded.id AND j.finished_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM run_pages p
    WHERE p.connection_id = excluded.connection_id AND p.run_id = excluded.id)
  AND NOT (runs.state = 'running' AND runs.generation = excluded.generation AND runs.moved_at > ?9)`;

/** `sync.start`: begins a run and asks for its first page. */
export async function startRun(
  world: World,
  { life, run, jobId, follows = 0 }: StartMessage,
): Promise<Verdict> {
  const now = world.now();
  const connection = await findConnectionById(world, life.connectionId);
  const { skipped, detail } = leftOut(connection?.grantedScopes ?? []);
  const { meta } = await world.db.raw
    .prepare(BEGIN)
    .bind(
      jobId,
      run,
      follows,
      now,
      life.eventId,
      life.organizationId,
      life.connectionId,
      life.generation,
      now - STUCK_AFTER_MS,
      JSON.stringify(skipped),
      detail,
    )
    .run();
  // A redelivery after a crash finds its run begun: the page that may not have been asked for is asked for again.
  const isOurs = meta.changes > 0 || (await isRunning(world, life.connectionId, jobId));
  if (isOurs) await sendPage(world, life, jobId, firstAfter(null, skipped));
  else await countWalk(world, "not_started").run();
  return ACK;
}

async function isRunning(world: World, connectionId: string, runId: string): Promise<boolean> {
  const row = await world.db.raw
    .prepare("SELECT 1 AS yes FROM runs WHERE connection_id = ?1 AND id = ?2 AND state = 'running'")
    .bind(connectionId, runId)
    .first();
  return row !== null;
}
