import { appendAudit } from "../connections/index.ts";
import { endUserGrant, type UserGrantKey } from "../grants/index.ts";
import { ACK, type Verdict } from "../lib/verdict.ts";
import type { SyncMessage } from "../messages.ts";
import type { World } from "../world.ts";

/** User grants a job: each is a call to an object of its own. */
const PAGE = 50;

/**
 * A user withdrew: their tokens, sessions and cached personal data of that event are gone at once. The mirrored
 * participant belongs to the organizer's connection and stays. A webhook from before they signed in again does nothing.
 */
export async function endUser(
  world: World,
  user: UserGrantKey,
  occurredAt: number,
): Promise<"applied" | "stale"> {
  const { userId, eventId } = user;
  const grant = await world.db.raw
    .prepare("SELECT signed_in_at FROM user_grants WHERE event_id = ? AND user_id = ?")
    .bind(eventId, userId)
    .first<{ signed_in_at: number }>();
  if (grant !== null && grant.signed_in_at > occurredAt) return "stale";
  await endUserGrant(world, user);
  await world.db.raw.batch([
    world.db.raw
      .prepare("DELETE FROM sessions WHERE kind = 'participant' AND subject = ? AND event_id = ?")
      .bind(userId, eventId),
    deleteCaches(world, user),
    world.db.raw.prepare("DELETE FROM user_grants WHERE event_id = ? AND user_id = ?").bind(eventId, userId),
  ]);
  await appendAudit(world, { connectionId: null, actor: "revento", action: "user.revoked_access" });
  return "applied";
}

/** What is cached of a person ends in `/{user id}`, below the event's connections. */
function deleteCaches(world: World, { userId, eventId }: UserGrantKey): D1PreparedStatement {
  return world.db.raw
    .prepare(
      `DELETE FROM caches WHERE connection_id IN (SELECT id FROM connections WHERE event_id = ?1)
       AND substr(key, -length(?2) - 1) IN ('/' || ?2, ':' || ?2)`,
    )
    .bind(eventId, userId);
}

/**
 * Ends the user grants of an event whose connection is over, page by page; those who signed in since stay.
 * Sessions went with the ending itself, so that nobody can use a grant meanwhile.
 */
export async function endUsersOfEvent(
  world: World,
  message: Extract<SyncMessage, { kind: "users.end" }>,
): Promise<Verdict> {
  const { eventId, before } = message;
  const { results } = await world.db.raw
    .prepare(
      `SELECT user_id FROM user_grants WHERE event_id = ?1 AND signed_in_at <= ?2
         AND NOT EXISTS (SELECT 1 FROM connections WHERE event_id = ?1 AND state = 'active' AND connected_at > coalesce(
           (SELECT max(at) FROM platform_state), 0))
       LIMIT ${PAGE}`,
    )
    .bind(eventId, before)
    .all<{ user_id: string }>();
  await Promise.all(results.map(({ user_id }) => endUserGrant(world, { userId: user_id, eventId })));
  await world.db.raw
    .prepare(
      "DELETE FROM user_grants WHERE event_id = ?1 AND signed_in_at <= ?2 AND user_id IN (SELECT value FROM json_each(?3))",
    )
    .bind(eventId, before, JSON.stringify(results.map(({ user_id }) => user_id)))
    .run();
  return results.length < PAGE ? ACK : { do: "again", inS: 0 };
}

/** Events whose connections are all over and whose users' grants are not ended yet: a message was lost. */
export async function sweepUserGrants(world: World): Promise<void> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT DISTINCT g.event_id FROM user_grants g WHERE NOT EXISTS (
         SELECT 1 FROM connections c WHERE c.event_id = g.event_id AND c.state = 'active') LIMIT 100`,
    )
    .all<{ event_id: string }>();
  for (const { event_id } of results) {
    await world.env.SYNC.send({ kind: "users.end", eventId: event_id, before: world.now() });
  }
}
