import { appendAudit, type Connection, endConnection, findConnection } from "../../connections/index.ts";
import { endGrant } from "../../grants/index.ts";
import type { World } from "../../world.ts";
import { ledgerOf } from "../ledger.ts";
import { ERASURE_DEADLINE_MS } from "../ledger-shape.ts";
import { hasJob, sendErasureJobs } from "./jobs.ts";

/** Who asks where a connection was over for 25 days. */
export const BY_DAY_25 = "day 25";

/**
 * Enters the erasure of a connection that has ended into the ledger, destroys its tokens, and starts erasing its rows.
 * Repeatable. The connection must have been ended with `isDeletionRequired`.
 * @param owedSince from when the thirty days count, our clock: where none is named, since it was asked for.
 */
export async function requestErasure(
  world: World,
  connection: Connection,
  by: string,
  owedSince?: number,
): Promise<void> {
  const { id, eventId, organizationId, generation, connectedAt } = connection;
  const requestedAt = connection.deletionRequestedAt ?? world.now();
  const erasure = await ledgerOf(world).request({
    id,
    eventId,
    organizationId,
    generation,
    connectedAt,
    reason: connection.reason ?? "deletion_required",
    by,
    requestedAt,
    deadlineAt: (owedSince ?? requestedAt) + ERASURE_DEADLINE_MS,
  });
  await endGrant(world, { eventId, organizationId }, generation);
  await world.env.SYNC.send({ kind: "users.end", eventId, before: world.now() });
  if (!hasJob(erasure, world.now())) await sendErasureJobs(world, [id]);
}

/**
 * Erases a connection now, whatever its state: by an operator, or on day 25.
 * @param overSince when it ended, our clock: then only a connection that is over still is erased.
 * @returns the id of the erasure, or null where there is no such connection or it is erased already.
 */
export async function eraseConnection(
  world: World,
  key: { readonly eventId: string; readonly organizationId: string },
  by: string,
  overSince?: number,
): Promise<string | null> {
  const known = await findConnection(world, key);
  if (known === null || known.erasedAt !== null) return null;
  if (overSince !== undefined && known.status === "active") return null;
  await endConnection(world, {
    ...key,
    reason: known.reason === null || known.reason === "suspended" ? "deletion_required" : known.reason,
    at: world.now(),
    generation: known.generation,
    isDeletionRequired: true,
    by,
  });
  const ended = await findConnection(world, key);
  if (ended === null || ended.id !== known.id || ended.deletionRequestedAt === null) return null;
  await requestErasure(world, ended, by, overSince);
  await appendAudit(world, {
    connectionId: ended.id,
    actor: by,
    action: "erasure.requested",
    detail: { reason: ended.reason },
  });
  return ended.id;
}
