import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import { FLAG_SQL } from "./check-in.ts";

/** The numbers of an event. People who arrived and then cancelled stay arrived, and are a conflict. */
export interface Attendance {
  readonly participants: number;
  readonly registered: number;
  readonly checkedIn: number;
  readonly cancelled: number;
  readonly conflicts: number;
}

export const COUNT = `
SELECT coalesce(sum(p.state = 'present'), 0) AS participants,
  coalesce(sum(p.state = 'present' AND p.registered_at IS NOT NULL), 0) AS registered,
  coalesce(sum(p.state = 'cancelled'), 0) AS cancelled,
  coalesce(sum(c.participant_id IS NOT NULL), 0) AS checkedIn,
  coalesce(sum(c.participant_id IS NOT NULL AND (${FLAG_SQL}) IS NOT NULL), 0) AS conflicts
FROM participants p LEFT JOIN check_ins c
  ON c.connection_id = p.connection_id AND c.participant_id = p.id AND c.taken_back_at IS NULL
WHERE p.connection_id = ?`;

export const NOBODY: Attendance = {
  participants: 0,
  registered: 0,
  checkedIn: 0,
  cancelled: 0,
  conflicts: 0,
};

export async function countAttendance(world: World, connectionId: string): Promise<Attendance> {
  const { raw } = databaseFor(world, connectionId);
  return (await raw.prepare(COUNT).bind(connectionId).first<Attendance>()) ?? NOBODY;
}
