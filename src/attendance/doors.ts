import type { AppContext } from "../app-env.ts";
import { appendAudit } from "../connections/index.ts";
import { failureResponse } from "../ui/index.ts";
import { showAttendance } from "./attendance-page.tsx";
import type { Desk } from "./desk.tsx";
import { createDoorLink, revokeDoorLink } from "./door-links.ts";

const MAX_LABEL = 60;

/** `POST …/attendance/doors`: a new link; the page that answers shows it, this one time. */
export async function makeDoor(c: AppContext, desk: Desk): Promise<Response> {
  const { label } = await c.req.parseBody();
  if (typeof label !== "string" || label.trim() === "") {
    return failureResponse(c, { kind: "bad_request", message: "A door needs a name." });
  }
  const { connection, by } = desk;
  const key = await createDoorLink(c.get("world"), connection.id, label.trim().slice(0, MAX_LABEL));
  await appendAudit(c.get("world"), { connectionId: connection.id, actor: by, action: "door.created" });
  return showAttendance(c, desk, key);
}

/** `POST …/attendance/doors/{hash}/revoke` */
export async function revokeDoor(c: AppContext, desk: Desk): Promise<Response> {
  const { connection, by, base } = desk;
  await revokeDoorLink(c.get("world"), connection.id, c.req.param("hash") ?? "");
  await appendAudit(c.get("world"), { connectionId: connection.id, actor: by, action: "door.revoked" });
  return c.redirect(`${base}#doors`, 303);
}
