import { listConnections } from "../connections/index.ts";
import { ACK, type Verdict } from "../lib/verdict.ts";
import type { SyncMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { SCHEDULED } from "./probe.ts";

const PAGE = 100;
/** Probes of one cron run are spread over this: the interval, less a minute for the last ones to end. */
const SPREAD_S = 840;

/** Cron, each 15 minutes: begins the pages of probes. */
export async function scheduleProbes(world: World, scheduledAt: number): Promise<void> {
  await world.env.SYNC.send({ kind: "cron.page", job: "probes", scheduledAt, cursor: null });
}

/** The same place in the interval for a connection each time: FNV-1a of its id. */
export function delayOf(connectionId: string, spreadS = SPREAD_S): number {
  let hash = 0x811c9dc5;
  for (const char of connectionId) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return (hash >>> 0) % spreadS;
}

/** One page of connections: a probe for each, with a delay of its own. */
export async function enqueueProbes(
  world: World,
  message: Extract<SyncMessage, { kind: "cron.page" }>,
): Promise<Verdict> {
  const [eventId, organizationId] = message.cursor === null ? [] : (JSON.parse(message.cursor) as string[]);
  const connections = await listConnections(world, {
    status: "active",
    after: eventId === undefined || organizationId === undefined ? undefined : { eventId, organizationId },
    limit: PAGE,
  });
  const last = connections.at(-1);
  if (last === undefined) return ACK;
  await world.env.SYNC.sendBatch(
    connections.map(({ id, eventId, organizationId, generation }) => ({
      body: {
        kind: "health.probe",
        life: { connectionId: id, eventId, organizationId, generation },
        jobId: `${SCHEDULED}${message.scheduledAt}`,
      },
      delaySeconds: delayOf(id),
    })),
  );
  if (connections.length === PAGE) {
    await world.env.SYNC.send({ ...message, cursor: JSON.stringify([last.eventId, last.organizationId]) });
  }
  return ACK;
}
