import * as z from "zod/mini";
import { type Connection, listConnections } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import { isTimeZone } from "../ui/index.ts";
import type { World } from "../world.ts";

export interface EventFacts {
  readonly name: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly timeZone: string | null;
  readonly isUnpublished: boolean;
}

const eventShape = z.looseObject({
  title: z.nullish(z.string()),
  name: z.nullish(z.string()),
  start_date: z.nullish(z.string()),
  end_date: z.nullish(z.string()),
  timezone: z.nullish(z.unknown()),
  publish_status: z.nullish(z.string()),
});

const timeOf = (value: string | null | undefined): number | null => {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) ? null : at;
};

/** The connection through which an event is shown to its participants: the one that works, else the latest. */
export async function findEventConnection(world: World, eventId: string): Promise<Connection | null> {
  const connections = await listConnections(world, { eventId, limit: 20 });
  const newestFirst = [...connections].sort((a, b) => b.connectedAt - a.connectedAt);
  return newestFirst.find(({ status }) => status === "active") ?? newestFirst[0] ?? null;
}

/** What the mirror knows of an event. */
export async function readEventFacts(world: World, connection: Connection): Promise<EventFacts> {
  const row = await databaseFor(world, connection.id)
    .raw.prepare("SELECT data FROM resources WHERE connection_id = ? AND kind = 'event' LIMIT 1")
    .bind(connection.id)
    .first<{ data: string }>();
  const event = eventShape.safeParse(row === null ? {} : JSON.parse(row.data));
  const data = event.success ? event.data : {};
  return {
    name: data.title ?? data.name ?? connection.eventName ?? connection.eventId,
    from: timeOf(data.start_date),
    to: timeOf(data.end_date),
    timeZone: isTimeZone(data.timezone) ? data.timezone : null,
    isUnpublished: data.publish_status === "unpublished",
  };
}
