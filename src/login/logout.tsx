import type { AppContext } from "../app-env.ts";
import { endUserGrant } from "../grants/index.ts";
import { endOwnSessions, endSessions, findSessions, isInFrame } from "../sessions/index.ts";
import { page, wordsOf } from "../ui/index.ts";
import type { World } from "../world.ts";

/**
 * `POST /logout`: with `event_id` this person is signed out of that event, without it of all of them; with
 * `organization_id` an organizer is signed out of that organization in this browser.
 */
export async function signOut(c: AppContext): Promise<Response> {
  const form = await c.req.parseBody();
  if (typeof form.organization_id === "string") {
    await endOwnSessions(c, "organizer", ({ subject }) => subject === form.organization_id);
    return c.redirect("/", 303);
  }
  const eventId = typeof form.event_id === "string" && form.event_id !== "" ? form.event_id : null;
  const [session] = await findSessions(c, "participant");
  if (session !== undefined) {
    const world = c.get("world");
    const events = eventId === null ? await eventsOf(world, session.subject) : [eventId];
    await endOwnSessions(c, "participant", (own) => eventId === null || own.eventId === eventId);
    await endSessions(world, {
      kind: "participant",
      subject: session.subject,
      eventId: eventId ?? undefined,
    });
    for (const event of events) await forget(world, session.subject, event);
  }
  const isLeft = (await findSessions(c, "participant")).length > 0;
  if (isLeft) return c.redirect(isInFrame(c) ? "/me?webview=1" : "/me", 303);
  return signedOutPage(c, eventId);
}

/** The tokens of a person at an event, and what was kept of them there, are destroyed. */
async function forget(world: World, userId: string, eventId: string): Promise<void> {
  await endUserGrant(world, { userId, eventId });
  await world.db.raw.batch([
    world.db.raw
      .prepare(
        `DELETE FROM caches WHERE connection_id IN (SELECT id FROM connections WHERE event_id = ?1)
         AND substr(key, -length(?2) - 1) = '/' || ?2`,
      )
      .bind(eventId, userId),
    world.db.raw.prepare("DELETE FROM user_grants WHERE event_id = ? AND user_id = ?").bind(eventId, userId),
  ]);
}

async function eventsOf(world: World, userId: string): Promise<readonly string[]> {
  const { results } = await world.db.raw
    .prepare("SELECT event_id FROM user_grants WHERE user_id = ?")
    .bind(userId)
    .all<{ event_id: string }>();
  return results.map(({ event_id }) => event_id);
}

function signedOutPage(c: AppContext, eventId: string | null): Response | Promise<Response> {
  const { t } = wordsOf(c);
  return page(
    c,
    { title: t("logout.title"), bare: isInFrame(c) },
    <>
      <h1>{t("logout.title")}</h1>
      <p class="lead">{t("logout.what")}</p>
      <div class="row">
        <a
          class="button"
          href={eventId === null ? "/login" : `/login?event_id=${encodeURIComponent(eventId)}`}
        >
          {t("signIn.action")}
        </a>
      </div>
    </>,
  );
}
