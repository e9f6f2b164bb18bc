import type { AppContext } from "../app-env.ts";
import { appendAudit, type OpenedConnection } from "../connections/index.ts";
import { answerProblem, declinedPage, type Flow, flowProblemPage, redeem, takeFlow } from "../flows/index.ts";
import { installGrant } from "../grants/index.ts";
import { startSync } from "../mirror/index.ts";
import { openSession } from "../sessions/index.ts";
import { failureResponse } from "../ui/index.ts";
import { showConnected } from "./connected.tsx";

/** An organizer stays signed in for a working day. */
const ORGANIZER_SESSION_MS = 12 * 3_600_000;

/** `GET /connect/callback`: Revento's answer to an organizer connect. Every way it can end has a page. */
export async function finishConnect(c: AppContext): Promise<Response> {
  const { state = "", code = "", error } = c.req.query();
  const flow = await takeFlow(c, "connect", state);
  if (!flow.ok) return flowProblemPage(c, "connect", flow.failure);
  const { eventId } = flow.value;
  if (error === "access_denied") return declinedPage(c, "connect", eventId);
  if (error !== undefined || code === "") {
    return answerProblem(c, "connect", eventId, { why: "refused", error: error ?? "no code" });
  }
  return exchange(c, flow.value, code);
}

async function exchange(c: AppContext, flow: Flow, code: string): Promise<Response> {
  const world = c.get("world");
  const tokens = await redeem(world, "connect", flow, code);
  if (!tokens.ok) return answerProblem(c, "connect", flow.eventId, tokens.failure);
  const installed = await installGrant(world, tokens.value, flow.askedScopes);
  if (!installed.ok) return failureResponse(c, installed.failure);
  await welcome(c, installed.value);
  return showConnected(c, installed.value, installed.value.kind);
}

/** The organizer is signed in to this organization, and the data of a connection that begins is fetched. */
async function welcome(c: AppContext, opened: OpenedConnection): Promise<void> {
  const world = c.get("world");
  await openSession(c, {
    kind: "organizer",
    subject: opened.organizationId,
    lifetimeMs: ORGANIZER_SESSION_MS,
  });
  await appendAudit(world, {
    connectionId: opened.connectionId,
    actor: "organizer",
    action: `connect.${opened.kind}`,
    detail: { generation: opened.generation },
  });
  // Who signed in again has its data, but for what was not granted before; the rest is read from the start.
  const connection = { ...opened, id: opened.connectionId };
  if (opened.kind !== "signed_in") await startSync(world, connection, "initial");
  else if (opened.isWidened) await startSync(world, connection, "reconcile");
}
