/** Who is here now: arrivals, doors, live numbers. The one public file of this feature. */

export { announce } from "./announce.ts";
export {
  type Arrival,
  type CheckedBy,
  type CheckIn,
  type Flag,
  recordCheckIn,
  takeBackCheckIn,
} from "./check-in.ts";
export { type Attendance, countAttendance } from "./counts.ts";
export { attendancePath } from "./desk.tsx";
export { attendanceRoutes } from "./routes.ts";
