import { type Connection, listConnections } from "../connections/index.ts";
import type { World } from "../world.ts";

/** The connection through which an event is shown to its participants: the one that works, else the latest. */
export async function findEventConnection(world: World, eventId: string): Promise<Connection | null> {
  const connections = await listConnections(world, { eventId, limit: 20 });
  const newestFirst = [...connections].sort((a, b) => b.connectedAt - a.connectedAt);
  return newestFirst.find(({ status }) => status === "active") ?? newestFirst[0] ?? null;
}
