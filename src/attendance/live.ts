import type { AppContext } from "../app-env.ts";
import { failureResponse } from "../ui/index.ts";
import { attendanceObject } from "./announce.ts";
import type { Desk } from "./desk.tsx";

/** `GET …/attendance/live`: the socket of a wall screen. A page of another site gets none. */
export async function openLive(c: AppContext, desk: Desk): Promise<Response> {
  const origin = c.req.header("origin");
  const isOwn = origin === c.get("world").config.publicUrl || origin === new URL(c.req.url).origin;
  if (c.req.header("upgrade") !== "websocket") {
    return failureResponse(c, { kind: "bad_request", message: "This address is for WebSockets." });
  }
  if (!isOwn) return failureResponse(c, { kind: "forbidden", message: "Another site's page asked." });
  const { connection, until } = desk;
  const query = new URLSearchParams({ connection: connection.id, until: String(until) });
  const response = await attendanceObject(c.get("world"), connection).fetch(`https://attendance/?${query}`, {
    headers: { upgrade: "websocket" },
  });
  // A response of its own: the object's has headers that nobody may add to.
  return new Response(null, { status: 101, webSocket: response.webSocket });
}
