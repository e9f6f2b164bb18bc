import type { AppContext } from "../app-env.ts";
import { appendAudit, type Connection } from "../connections/index.ts";
import { eraseConnection, requireActive } from "../lifecycle/index.ts";
import type { SyncMessage } from "../messages.ts";
import { confirmReconcile } from "../mirror/index.ts";
import { openJob } from "../records/index.ts";
import { refuse } from "./answer.ts";
import { operatorOf } from "./guard.ts";

type Action = "sync" | "reconcile" | "probe";

function messageOf(action: Action, connection: Connection, jobId: string): SyncMessage {
  const { id, eventId, organizationId, generation } = connection;
  const life = { connectionId: id, eventId, organizationId, generation };
  if (action === "probe") return { kind: "health.probe", life, jobId };
  return { kind: "sync.start", life, run: action === "sync" ? "initial" : "reconcile", jobId };
}

/** Starts background work for a connection that an operator asked for. @returns the job's id */
export async function startAction(c: AppContext, connection: Connection, action: Action): Promise<string> {
  const world = c.get("world");
  const jobId = await openJob(world, connection.id, action);
  await world.env.SYNC.send(messageOf(action, connection, jobId));
  const actor = operatorOf(c);
  await appendAudit(world, {
    connectionId: connection.id,
    actor,
    action: `${action}.requested`,
    subject: jobId,
  });
  return jobId;
}

/** `POST C/sync`, `C/reconcile`, `C/probe`: 202 with the id that the trace knows. */
export const start = (action: Action) => async (c: AppContext, connection: Connection) => {
  const active = requireActive(connection);
  if (!active.ok) return refuse(c, active.failure);
  const jobId = await startAction(c, connection, action);
  return c.json({ status: "accepted", job_id: jobId }, 202);
};

/** `POST C/reconcile/confirm`: what the frozen reconcile missed is really gone. */
export async function confirm(c: AppContext, connection: Connection): Promise<Response> {
  const world = c.get("world");
  const active = requireActive(connection);
  if (!active.ok) return refuse(c, active.failure);
  const confirmed = await confirmReconcile(world, connection, operatorOf(c));
  if (!confirmed.ok) return refuse(c, confirmed.failure);
  return c.json({ status: "accepted", job_id: confirmed.value.jobId }, 202);
}

/** `POST C/erase`: ends the connection and erases its data, whatever its state. */
export async function eraseNow(c: AppContext, connection: Connection): Promise<Response> {
  const erasureId = await eraseConnection(c.get("world"), connection, operatorOf(c));
  return c.json({ status: erasureId === null ? "already_erased" : "accepted", erasure_id: erasureId }, 202);
}
