import type { AppContext } from "../app-env.ts";
import { answerProblem, declinedPage, type Flow, flowProblemPage, redeem, takeFlow } from "../flows/index.ts";
import { identifyUser, installUserGrant } from "../grants/index.ts";
import type { TokenResponse } from "../revento/index.ts";
import { endOwnSessions, isInFrame, openSession } from "../sessions/index.ts";
import { failureResponse } from "../ui/index.ts";
import { notEligiblePage } from "./start.tsx";
import { tellHandlers } from "./tell-handlers.ts";

/** A participant comes back on every day of an event and shortly after; the grant itself may end earlier. */
const PARTICIPANT_SESSION_MS = 30 * 86_400_000;

/** `GET /login/callback`: Revento's answer to Login with Revento. */
export async function finishLogin(c: AppContext): Promise<Response> {
  const { state = "", code = "", error } = c.req.query();
  const flow = await takeFlow(c, "login", state);
  if (!flow.ok) return flowProblemPage(c, "login", flow.failure);
  const { eventId } = flow.value;
  if (error === "access_denied") return declinedPage(c, "login", eventId);
  if (error === "invalid_scope") return answerProblem(c, "login", eventId, { why: "refused", error });
  if (error !== undefined || code === "") return notEligiblePage(c, eventId);
  return exchange(c, flow.value, code);
}

async function exchange(c: AppContext, flow: Flow, code: string): Promise<Response> {
  const world = c.get("world");
  const tokens = await redeem(world, "login", flow, code);
  if (!tokens.ok) return answerProblem(c, "login", flow.eventId, tokens.failure);
  const userId = await identifyUser(world, tokens.value);
  if (userId === null) return answerProblem(c, "login", flow.eventId, { why: "unreachable" });
  return welcome(c, { ...tokens.value, userId }, { userId, eventId: flow.eventId });
}

async function welcome(
  c: AppContext,
  tokens: TokenResponse,
  user: { readonly userId: string; readonly eventId: string },
): Promise<Response> {
  const world = c.get("world");
  // Before the grant: whatever ends it later has to find it.
  await world.db.raw
    .prepare(
      `INSERT INTO user_grants (event_id, user_id, signed_in_at) VALUES (?, ?, ?)
       ON CONFLICT (event_id, user_id) DO UPDATE SET signed_in_at = excluded.signed_in_at`,
    )
    .bind(user.eventId, user.userId, tokens.date)
    .run();
  const installed = await installUserGrant(world, tokens);
  if (!installed.ok) return failureResponse(c, installed.failure);
  await tellHandlers(world, tokens, user);
  // A device belongs to one person at a time: whoever was signed in here before is signed out of it.
  await endOwnSessions(c, "participant", ({ subject }) => subject !== user.userId);
  const inFrame = isInFrame(c);
  await openSession(c, {
    kind: "participant",
    subject: user.userId,
    eventId: user.eventId,
    lifetimeMs: PARTICIPANT_SESSION_MS,
    inFrame,
  });
  return c.redirect(`/me/events/${encodeURIComponent(user.eventId)}${inFrame ? "?webview=1" : ""}`, 303);
}
