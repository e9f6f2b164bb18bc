import {
  appendAudit,
  type Connection,
  countOutcome,
  findConnectionById,
  hasScope,
} from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import { revento } from "../grants/index.ts";
import { ACK, type Verdict } from "../lib/verdict.ts";
import type { SyncMessage } from "../messages.ts";
import { closeJob } from "../records/index.ts";
import { raiseSignal, resolveSignal } from "../signals/index.ts";
import type { World } from "../world.ts";
import { nextHealth, type Observation, observe } from "./judge.ts";

/** A real call this recent says the same as a probe would. */
const RECENT_MS = 10 * 60_000;

/** Job ids of the cron's probes begin with this: they leave no job row, an operator's do. */
export const SCHEDULED = "cron-";

/**
 * One health probe: reads the event through the normal client, at probe priority. The cron's are skipped where a real
 * call has just shown the same.
 */
export async function runProbe(
  world: World,
  { life, jobId }: Extract<SyncMessage, { kind: "health.probe" }>,
): Promise<Verdict> {
  const connection = await findConnectionById(world, life.connectionId);
  const isAsked = !jobId.startsWith(SCHEDULED);
  if (connection === null || connection.status !== "active" || connection.generation !== life.generation) {
    if (isAsked) await closeJob(world, jobId, "skipped", "the connection is not active any more");
    return ACK;
  }
  const known = isAsked ? null : await seenByCalls(world, connection);
  const seen = known ?? (await look(world, connection));
  await record(world, connection, seen, isAsked);
  if (isAsked) await closeJob(world, jobId, seen.state, seen.detail);
  return ACK;
}

async function look(world: World, connection: Connection): Promise<Observation> {
  if (!hasScope(connection, "event.read")) {
    return { state: "error", detail: "probe: event.read was not granted, so that nothing can be probed" };
  }
  const result = await revento(world, connection, "probe", connection.generation).event();
  return observe(result.ok ? null : result.failure, "probe");
}

/**
 * The latest call of this connection where it succeeded just now and agrees with the known state; else null. Calls with a
 * person's token say nothing of the connection's.
 */
async function seenByCalls(world: World, connection: Connection): Promise<Observation | null> {
  if (connection.healthState !== "healthy") return null;
  const call = await databaseFor(world, connection.id)
    .raw.prepare(
      "SELECT request_id, status, error FROM calls WHERE connection_id = ? AND at > ? AND path LIKE '/events/%' ORDER BY at DESC LIMIT 1",
    )
    .bind(connection.id, world.now() - RECENT_MS)
    .first<{ request_id: string; status: number | null; error: string | null }>();
  if (call?.status !== 200 || call.error !== null) return null;
  return { state: "healthy", detail: `call ${call.request_id} succeeded` };
}

async function record(
  world: World,
  connection: Connection,
  seen: Observation,
  isDecisive: boolean,
): Promise<void> {
  const now = world.now();
  const { healthState, healthSince, healthStreak, healthDetail } = connection;
  const known = { state: healthState, since: healthSince, streak: healthStreak, detail: healthDetail };
  const next = nextHealth(known, seen, now, isDecisive);
  const { raw } = world.db;
  await raw.batch([
    raw
      .prepare(
        `UPDATE connections SET health_state = ?3, health_checked_at = ?4, health_since = ?5, health_detail = ?6,
           health_streak = ?7 WHERE id = ?1 AND generation = ?2`,
      )
      .bind(connection.id, connection.generation, next.state, now, next.since, next.detail, next.streak),
    countOutcome(world, "probes", seen.state),
  ]);
  if (next.hasChanged) await tell(world, connection, next.state, seen.detail);
}

async function tell(world: World, connection: Connection, state: string, detail: string): Promise<void> {
  await appendAudit(world, {
    connectionId: connection.id,
    actor: "system",
    action: "health.changed",
    detail: { from: connection.healthState, to: state, detail },
  });
  const subject = `${connection.eventId}/${connection.organizationId}`;
  if (state === "error" || state === "revoked") {
    const text = `The connection of event ${connection.eventId} is ${state}: ${detail}`;
    await raiseSignal(world, { name: "connection_unhealthy", subject, text });
  } else {
    await resolveSignal(world, "connection_unhealthy", subject);
  }
}
