import type { AppContext } from "../app-env.ts";
import { type CheckIn, countAttendance, recordCheckIn, takeBackCheckIn } from "../attendance/index.ts";
import type { Connection } from "../connections/index.ts";
import { isoOrNull, refuse } from "./answer.ts";
import { arrival as arrivalShape } from "./schemas.ts";

const checkInJson = ({ participantId, at, isNew, flag }: CheckIn) => ({
  participant_id: participantId,
  checked_in_at: isoOrNull(at),
  is_new: isNew,
  flag,
});

/** `POST C/check-ins`: idempotent. */
export async function checkIn(c: AppContext, connection: Connection): Promise<Response> {
  const body: unknown = await c.req.json().catch(() => null);
  const arrival = arrivalShape.safeParse(body);
  if (!arrival.success) {
    const message = 'Send {"participant_id": "…"}, with "at" as ISO 8601 where it was earlier.';
    return refuse(c, { kind: "bad_request", message });
  }
  const { participant_id, at } = arrival.data;
  const result = await recordCheckIn(c.get("world"), connection, {
    participantId: participant_id,
    at: at === undefined ? undefined : Date.parse(at),
    by: "operator",
  });
  if (!result.ok) return refuse(c, result.failure);
  return c.json(checkInJson(result.value), result.value.isNew ? 201 : 200);
}

/** `DELETE C/check-ins/{participant_id}`. */
export async function takeBack(c: AppContext, connection: Connection): Promise<Response> {
  const participantId = c.req.param("participant_id") ?? "";
  const result = await takeBackCheckIn(c.get("world"), connection, { participantId });
  return result.ok ? c.json(checkInJson(result.value)) : refuse(c, result.failure);
}

/** `GET C/attendance`. */
export async function showAttendance(c: AppContext, connection: Connection): Promise<Response> {
  const counts = await countAttendance(c.get("world"), connection.id);
  return c.json({
    participants: counts.participants,
    registered: counts.registered,
    checked_in: counts.checkedIn,
    cancelled: counts.cancelled,
    conflicts: counts.conflicts,
  });
}
