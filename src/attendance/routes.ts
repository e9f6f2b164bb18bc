import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { showAttendance } from "./attendance-page.tsx";
import { at, findDoorDesk, findOrganizerDesk } from "./desk.tsx";
import { giveChanges, giveGuests, takeCheckIns } from "./desk-routes.ts";
import { showDoor } from "./door-page.tsx";
import { makeDoor, revokeDoor } from "./doors.ts";
import { exportAttendance } from "./export.ts";
import { openLive } from "./live.ts";
import { showWall } from "./wall-page.tsx";

const EVENT = "/organizations/:organization_id/events/:event_id";
const atOrganizer = at(findOrganizerDesk);
const atDoor = at(findDoorDesk);

export const attendanceRoutes = new Hono<AppEnv>()
  .get(
    `${EVENT}/attendance`,
    atOrganizer((c, desk) => showAttendance(c, desk)),
  )
  .get(`${EVENT}/attendance.csv`, atOrganizer(exportAttendance))
  .get(`${EVENT}/attendance/live`, atOrganizer(openLive))
  .get(`${EVENT}/attendance/wall`, atOrganizer(showWall))
  .get(`${EVENT}/attendance/guests.json`, atOrganizer(giveGuests))
  .get(`${EVENT}/attendance/changes.json`, atOrganizer(giveChanges))
  .post(`${EVENT}/attendance/check-ins`, atOrganizer(takeCheckIns))
  .post(`${EVENT}/attendance/doors`, atOrganizer(makeDoor))
  .post(`${EVENT}/attendance/doors/:hash/revoke`, atOrganizer(revokeDoor))
  .get("/door/:key", atDoor(showDoor))
  .get("/door/:key/guests.json", atDoor(giveGuests))
  .get("/door/:key/changes.json", atDoor(giveChanges))
  .post("/door/:key/check-ins", atDoor(takeCheckIns));
