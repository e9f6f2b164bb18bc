import { type Connection, listConnections } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import { type EventFacts, readEventFacts } from "../db/event-facts.ts";
import type { World } from "../world.ts";

/** The connection through which an event is shown to its participants: the one that works, else the latest. */
export async function findEventConnection(world: World, eventId: string): Promise<Connection | null> {
  const connections = await listConnections(world, { eventId, limit: 20 });
  const newestFirst = [...connections].sort((a, b) => b.connectedAt - a.connectedAt);
  return newestFirst.find(({ status }) => status === "active") ?? newestFirst[0] ?? null;
}

/** What the mirror knows of an event. */
export async function findEventFacts(world: World, connection: Connection): Promise<EventFacts> {
  const data = await databaseFor(world, connection.id)
    .raw.prepare("SELECT data FROM resources WHERE connection_id = ? AND kind = 'event' LIMIT 1")
    .bind(connection.id)
    .first<string>("data");
  const facts = readEventFacts(data);
  return { ...facts, name: facts.name ?? connection.eventName ?? connection.eventId };
}
