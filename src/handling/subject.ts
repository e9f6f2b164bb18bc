import { type Connection, findConnectionById } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import type { Happening } from "../outbox/index.ts";
import type { World } from "../world.ts";

/** What a run knows of the connection it runs for. */
export type Subject = Pick<
  Connection,
  | "id"
  | "eventId"
  | "organizationId"
  | "status"
  | "reason"
  | "generation"
  | "grantedScopes"
  | "eventName"
  | "deletionRequestedAt"
>;

/**
 * The connection of a surrogate id. After an erasure and a new connect the id names nothing any more, but handlers are
 * still to be told to delete what they keep of the old life elsewhere: the waiting hook itself says whose it was.
 */
export async function findSubject(world: World, connectionId: string): Promise<Subject | null> {
  const connection = await findConnectionById(world, connectionId);
  if (connection !== null) return connection;
  const row = await databaseFor(world, connectionId)
    .raw.prepare(
      "SELECT payload FROM outbox WHERE connection_id = ? AND type IN ('ended', 'erasing') ORDER BY id LIMIT 1",
    )
    .bind(connectionId)
    .first<{ payload: string }>();
  if (row === null) return null;
  const { eventId, organizationId, occurredAt } = JSON.parse(row.payload) as Happening;
  if (eventId === null || organizationId === null) return null;
  return {
    id: connectionId,
    eventId,
    organizationId,
    status: "ended",
    reason: null,
    generation: 0,
    grantedScopes: [],
    eventName: null,
    deletionRequestedAt: occurredAt,
  };
}
