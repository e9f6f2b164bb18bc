import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import { FLAG_SQL } from "./check-in.ts";

/** The numbers of an event. People who arrived and then cancelled stay arrived, and are a conflict. */
export interface Attendance {
  readonly participants: number;
  readonly registered: number;
  /** Who is registered, or came without being so: never fewer than `checkedIn`. */
  readonly expected: number;
  readonly checkedIn: number;
  readonly cancelled: number;
  readonly conflicts: number;
  /** Another one whenever somebody's name, role, flag or registration is; an arrival leaves it as it is. */
  readonly version: string;
}

// Each facet's time only grows. The factors tell one person's change from another's, the remainder keeps 20,000 people
// within what a script counts exactly. What may change at an equal time is counted besides.
const VERSION = `count(*) || '-' || coalesce(sum((p.profile_at + 3 * p.application_at + 5 * p.registration_at
  + 7 * coalesce(p.cancelled_at, 0) + 11 * coalesce(p.registered_at, 0)
  + 13 * coalesce(unicode(p.application_status), 0) + 17 * coalesce(length(p.display_name), 0)) % 1000000007), 0)`;

export const COUNT = `
SELECT coalesce(sum(p.state = 'present'), 0) AS participants,
  coalesce(sum(p.state = 'present' AND p.registered_at IS NOT NULL), 0) AS registered,
  coalesce(sum((p.state = 'present' AND p.registered_at IS NOT NULL) OR c.participant_id IS NOT NULL), 0) AS expected,
  coalesce(sum(p.state = 'cancelled'), 0) AS cancelled,
  coalesce(sum(c.participant_id IS NOT NULL), 0) AS checkedIn,
  coalesce(sum(c.participant_id IS NOT NULL AND (${FLAG_SQL}) IS NOT NULL), 0) AS conflicts,
  ${VERSION} AS version
FROM participants p LEFT JOIN check_ins c
  ON c.connection_id = p.connection_id AND c.participant_id = p.id AND c.taken_back_at IS NULL
WHERE p.connection_id = ?`;

export const NOBODY: Attendance = {
  participants: 0,
  registered: 0,
  expected: 0,
  checkedIn: 0,
  cancelled: 0,
  conflicts: 0,
  version: "0-0",
};

export async function countAttendance(world: World, connectionId: string): Promise<Attendance> {
  const { raw } = databaseFor(world, connectionId);
  return (await raw.prepare(COUNT).bind(connectionId).first<Attendance>()) ?? NOBODY;
}
