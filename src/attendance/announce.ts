import type { Connection, ConnectionKey } from "../connections/index.ts";
import { bounded } from "../lib/bounded.ts";
import { objectNamed } from "../objects.ts";
import type { World } from "../world.ts";
import type { AttendanceObject } from "./attendance-object.ts";
import { type Attendance, countAttendance } from "./counts.ts";

/** The object that holds the sockets of one event's attendance pages. */
export const attendanceObject = (world: World, key: ConnectionKey): DurableObjectStub<AttendanceObject> =>
  objectNamed(world.config, world.env.ATTENDANCE, `${key.eventId}/${key.organizationId}`);

const PATIENCE_MS = 1000;

/** Tells the open pages that the numbers changed. Whoever is not reached asks again by itself: a failure is no harm. */
export async function announce(world: World, key: ConnectionKey): Promise<void> {
  try {
    await bounded(attendanceObject(world, key).changed(), PATIENCE_MS, "the attendance object");
  } catch (error) {
    world.log.warn("attendance.not_announced", { eventId: key.eventId, error: String(error) });
  }
}

/** The numbers as the open pages see them: at most a second old, and counted once however many doors and screens ask. */
export async function sharedCount(world: World, connection: Connection): Promise<Attendance> {
  try {
    const numbers = attendanceObject(world, connection).numbers(connection.id);
    return await bounded(numbers, PATIENCE_MS, "the attendance object");
  } catch (error) {
    world.log.warn("attendance.not_shared", { eventId: connection.eventId, error: String(error) });
    return countAttendance(world, connection.id);
  }
}
