/** The JSON API for operators (interface.md): the one public file of this feature. */
import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { storageFailureOf } from "../failure.ts";
import { selfTestRoutes } from "../launch/index.ts";
import { confirm, eraseNow, start } from "./actions.ts";
import { refuse } from "./answer.ts";
import { checkIn, showAttendance, takeBack } from "./attendance.ts";
import { listAllConnections, showConnection, showTimeline } from "./connections.ts";
import { discard, listLetters, replayAll, replayOne } from "./dead-letters.ts";
import { listAllDeliveries, traceAny, tracePerson } from "./deliveries.ts";
import { applyErasures, listErasures } from "./erasures.ts";
import { onConnection, requireOperator } from "./guard.ts";
import { showMetrics, showSeals } from "./metrics.ts";
import { listParticipants, listResources, showEvent, showParticipant } from "./mirror.ts";

const C = "/connections/:event_id/:organization_id";

/** Mounted at `/api`. */
export const apiRoutes = new Hono<AppEnv>()
  .use(requireOperator)
  .get("/connections", listAllConnections)
  .get(C, onConnection(showConnection))
  .get(`${C}/participants`, onConnection(listParticipants))
  .get(`${C}/participants/:id`, onConnection(showParticipant))
  .get(`${C}/activities`, onConnection(listResources("activity")))
  .get(`${C}/threads`, onConnection(listResources("thread")))
  .get(`${C}/locations`, onConnection(listResources("location")))
  .get(`${C}/registration-waves`, onConnection(listResources("registration_wave")))
  .get(`${C}/event`, onConnection(showEvent))
  .post(`${C}/sync`, onConnection(start("sync")))
  .post(`${C}/reconcile`, onConnection(start("reconcile")))
  .post(`${C}/reconcile/confirm`, onConnection(confirm))
  .post(`${C}/probe`, onConnection(start("probe")))
  .post(`${C}/erase`, onConnection(eraseNow))
  .get(`${C}/timeline`, onConnection(showTimeline))
  .post(`${C}/check-ins`, onConnection(checkIn))
  .delete(`${C}/check-ins/:participant_id`, onConnection(takeBack))
  .get(`${C}/attendance`, onConnection(showAttendance))
  .get("/participants/:id/trace", tracePerson)
  .get("/deliveries", listAllDeliveries)
  .get("/trace/:id", traceAny)
  .get("/dead-letters", listLetters)
  .post("/dead-letters/replay", replayAll)
  .post("/dead-letters/:id/replay", replayOne)
  .delete("/dead-letters/:id", discard)
  .get("/erasures", listErasures)
  .post("/erasures/apply", applyErasures)
  .get("/seals", showSeals)
  .get("/metrics", showMetrics)
  .route("/self-test", selfTestRoutes)
  .all("/*", (c) => refuse(c, { kind: "not_found", what: "API call" }))
  .onError((error, c) => {
    c.get("world").log.error("api.failed", { requestId: c.get("requestId"), error: String(error) });
    const outage = storageFailureOf(error);
    if (outage !== null) return refuse(c, outage);
    const message = "Something is broken here. The log has this under the request id.";
    return c.json({ error: "internal", message, request_id: c.get("requestId") }, 500);
  });
