/** The operator's dashboard at `/ops`: the one public file of this feature. */
import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { askConfirm, askErase, confirm, erase, start } from "./actions.tsx";
import { showAlerts, testChannel } from "./alerts.tsx";
import { showChecklist, tryQueues } from "./checklist.tsx";
import { showConnection } from "./connection.tsx";
import { showConnections } from "./connections.tsx";
import { onConnection, requireOps } from "./guard.tsx";
import { askDiscard, discard, replayAll, replayOne, showLetters } from "./letters.tsx";
import { showOverview } from "./overview.tsx";
import { showParticipants } from "./participants.tsx";
import { showAudit, showDeliveries, showTrace } from "./records.tsx";
import { showSignIn, takeSignIn, takeSignOut } from "./sign-in.tsx";
import { applyErasures, showConfiguration, showErasures, showKeys } from "./upkeep.tsx";

const C = "/connections/:event_id/:organization_id";

/** Mounted at `/ops`. */
export const opsRoutes = new Hono<AppEnv>()
  .get("/sign-in", showSignIn)
  .post("/sign-in", takeSignIn)
  .use(requireOps)
  .post("/sign-out", takeSignOut)
  .get("/", showOverview)
  .get("/connections", showConnections)
  .get(C, onConnection(showConnection))
  .get(`${C}/participants`, onConnection(showParticipants))
  .post(`${C}/probe`, onConnection(start("probe")))
  .post(`${C}/sync`, onConnection(start("sync")))
  .post(`${C}/reconcile`, onConnection(start("reconcile")))
  .get(
    `${C}/confirm`,
    onConnection((c, connection) => askConfirm(c, connection)),
  )
  .post(`${C}/confirm`, onConnection(confirm))
  .get(
    `${C}/erase`,
    onConnection((c, connection) => askErase(c, connection)),
  )
  .post(`${C}/erase`, onConnection(erase))
  .get("/trace", showTrace)
  .get("/deliveries", showDeliveries)
  .get("/dead-letters", showLetters)
  .post("/dead-letters/replay", replayAll)
  .post("/dead-letters/:id/replay", replayOne)
  .get("/dead-letters/:id/discard", askDiscard)
  .post("/dead-letters/:id/discard", discard)
  .get("/erasures", showErasures)
  .post("/erasures/apply", applyErasures)
  .get("/alerts", showAlerts)
  .post("/alerts/:name/test", testChannel)
  .get("/audit", showAudit)
  .get("/checklist", showChecklist)
  .post("/checklist", tryQueues)
  .get("/keys", showKeys)
  .get("/configuration", showConfiguration);
