import { endConnection, findConnection } from "../connections/index.ts";
import type { World } from "../world.ts";
import { deletionReason, type LifecycleEnvelope, type LifecycleOutcome, revokedUser } from "./envelope.ts";
import { requestErasure } from "./erasure/request.ts";
import { applyPlatformEvent } from "./platform.ts";
import { endUser } from "./users.ts";

/**
 * Applies a lifecycle webhook. Needs no token and no API: both may be dead by then. Repeatable: a crash in the middle
 * is healed by the retry of the message. Throws where D1 or an object does not answer.
 */
export async function applyLifecycleEvent(
  world: World,
  envelope: LifecycleEnvelope,
): Promise<LifecycleOutcome> {
  switch (envelope.type) {
    case "data.deletion_required":
      return applyDeletion(world, envelope);
    case "user.revoked_access":
      return applyRevokedAccess(world, envelope);
    case "integration.suspended":
      return applyPlatformEvent(world, { key: "suspended_at", at: envelope.occurredAt });
    case "integration.unpublished":
      return applyPlatformEvent(world, { key: "unpublished_at", at: envelope.occurredAt });
    default:
      return "ignored";
  }
}

async function applyDeletion(world: World, envelope: LifecycleEnvelope): Promise<LifecycleOutcome> {
  const { eventId, organizationId, occurredAt } = envelope;
  if (eventId === null || organizationId === null) return "ignored";
  const key = { eventId, organizationId };
  await endConnection(world, {
    ...key,
    reason: deletionReason(envelope.data),
    at: world.now(),
    occurredAt,
    isDeletionRequired: true,
    by: "revento",
  });
  const connection = await findConnection(world, key);
  if (connection === null) return "ignored";
  if (connection.connectedAt > occurredAt) return "stale";
  // Also when the ending itself was known: a crash may have come between the two.
  if (connection.erasedAt === null) await requestErasure(world, connection, "revento");
  return "applied";
}

async function applyRevokedAccess(world: World, envelope: LifecycleEnvelope): Promise<LifecycleOutcome> {
  const userId = revokedUser(envelope.data);
  if (envelope.eventId === null || userId === null) return "ignored";
  return endUser(world, { userId, eventId: envelope.eventId }, envelope.occurredAt);
}
