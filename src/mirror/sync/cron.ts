import { jobIdOf, listConnections } from "../../connections/index.ts";
import { ACK, type Verdict } from "../../lib/verdict.ts";
import type { SyncMessage } from "../../messages.ts";
import type { World } from "../../world.ts";
import { lifeOf } from "./start.ts";

const HOURS = 24;
/** Connections that one job looks at. */
const PAGE = 100;

/** Cron, every hour: begins to look for the connections whose daily reconcile falls into this hour. */
export async function startReconciles(world: World, scheduledAt: number): Promise<void> {
  await world.env.SYNC.send({ kind: "cron.page", job: "reconcile", scheduledAt, cursor: null });
}

/** The hour of the day (UTC) of a connection: spread evenly, and always the same. */
export function reconcileHour(connectionId: string): number {
  let sum = 0;
  for (let index = 0; index < connectionId.length; index++) {
    sum = (sum * 31 + connectionId.charCodeAt(index)) % 65_521;
  }
  return sum % HOURS;
}

/** `cron.page` of `reconcile`: asks for a walk over each connection of one page whose hour it is. */
export async function reconcilePage(
  world: World,
  { scheduledAt, cursor }: Extract<SyncMessage, { kind: "cron.page" }>,
): Promise<Verdict> {
  const hour = new Date(scheduledAt).getUTCHours();
  const after =
    cursor === null ? undefined : (JSON.parse(cursor) as { eventId: string; organizationId: string });
  const connections = await listConnections(world, { status: "active", after, limit: PAGE });
  const due = connections.filter(({ id }) => reconcileHour(id) === hour);
  if (due.length > 0) {
    await world.env.SYNC.sendBatch(
      due.map((connection) => ({
        body: {
          kind: "sync.start" as const,
          life: lifeOf(connection),
          run: "reconcile" as const,
          // The same job for the same hour: a page that runs twice begins one walk.
          jobId: jobIdOf(connection.id, `reconcile-${scheduledAt}`),
        },
      })),
    );
  }
  const last = connections.at(-1);
  if (connections.length === PAGE && last !== undefined) {
    const next = JSON.stringify({ eventId: last.eventId, organizationId: last.organizationId });
    await world.env.SYNC.send({ kind: "cron.page", job: "reconcile", scheduledAt, cursor: next });
  }
  return ACK;
}
