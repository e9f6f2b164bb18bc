import type { AppContext } from "../app-env.ts";
import { findSessions } from "../sessions/index.ts";
import type { World } from "../world.ts";

/** A person signed in to an event, on any device. */
export interface Stay {
  readonly eventId: string;
  readonly eventName: string | null;
  readonly signedInAt: number;
}

export interface Person {
  readonly userId: string;
  /** Most recent first. */
  readonly stays: readonly Stay[];
}

// Sessions are per (user, event), joined on the user (seed `004`).
const STAYS = `
SELECT s.event_id AS eventId, max(s.created_at) AS signedInAt,
  (SELECT c.event_name FROM connections c WHERE c.event_id = s.event_id ORDER BY c.connected_at DESC LIMIT 1) AS eventName
FROM sessions s WHERE s.kind = 'participant' AND s.subject = ? AND s.expires_at > ? AND s.event_id IS NOT NULL
GROUP BY s.event_id ORDER BY signedInAt DESC`;

/** Who this browser belongs to, with all events of this person; null where nobody is signed in. */
export async function findPerson(c: AppContext): Promise<Person | null> {
  const [newest] = await findSessions(c, "participant");
  if (newest === undefined) return null;
  return { userId: newest.subject, stays: await listStays(c.get("world"), newest.subject) };
}

async function listStays(world: World, userId: string): Promise<readonly Stay[]> {
  const { results } = await world.db.raw.prepare(STAYS).bind(userId, world.now()).all<Stay>();
  return results;
}
