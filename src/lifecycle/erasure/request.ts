import { appendAudit, type Connection, endConnection, findConnection } from "../../connections/index.ts";
import { endGrant } from "../../grants/index.ts";
import type { World } from "../../world.ts";
import { ledgerOf } from "../ledger.ts";

/**
 * Enters the erasure of a connection that has ended into the ledger, destroys its tokens, and starts erasing its rows.
 * Repeatable. The connection must have been ended with `isDeletionRequired`.
 */
export async function requestErasure(world: World, connection: Connection, by: string): Promise<void> {
  const { id, eventId, organizationId, generation, connectedAt } = connection;
  await ledgerOf(world).request({
    id,
    eventId,
    organizationId,
    generation,
    connectedAt,
    reason: connection.reason ?? "deletion_required",
    by,
    requestedAt: connection.deletionRequestedAt ?? world.now(),
  });
  await endGrant(world, { eventId, organizationId }, generation);
  await world.env.SYNC.sendBatch([
    { body: { kind: "erasure.chunk", connectionId: id, erasureId: id } },
    { body: { kind: "users.end", eventId, before: world.now() } },
  ]);
}

/**
 * Erases a connection now, whatever its state: by an operator, or on day 25.
 * @returns the id of the erasure, or null where there is no such connection or it is erased already.
 */
export async function eraseConnection(
  world: World,
  key: { readonly eventId: string; readonly organizationId: string },
  by: string,
): Promise<string | null> {
  const known = await findConnection(world, key);
  if (known === null || known.erasedAt !== null) return null;
  await endConnection(world, {
    ...key,
    reason: known.reason === null || known.reason === "suspended" ? "deletion_required" : known.reason,
    at: world.now(),
    generation: known.generation,
    isDeletionRequired: true,
  });
  const ended = await findConnection(world, key);
  if (ended === null || ended.id !== known.id || ended.deletionRequestedAt === null) return null;
  await requestErasure(world, ended, by);
  await appendAudit(world, {
    connectionId: ended.id,
    actor: by,
    action: "erasure.requested",
    detail: { reason: ended.reason },
  });
  return ended.id;
}
