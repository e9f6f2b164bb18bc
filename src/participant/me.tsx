import type { AppContext } from "../app-env.ts";
import type { Connection } from "../connections/index.ts";
import { type EventFacts, findEventFacts } from "../db/event-facts.ts";
import { isInFrame } from "../sessions/index.ts";
import { page, problemPage, wordsInZone, wordsOf } from "../ui/index.ts";
import { findEventConnection } from "./event.ts";
import { MyEvent } from "./my-event.tsx";
import { findPerson, type Person } from "./person.ts";
import { readIsRegistered, readOwnApplication, readOwnProfile, readProgram } from "./read.ts";

/** `GET /me`: the event that this person signed in to most recently. */
export async function showMe(c: AppContext): Promise<Response> {
  const person = await findPerson(c);
  const [latest] = person?.stays ?? [];
  if (person === null || latest === undefined) return signInPage(c, null);
  return showEvent(c, person, latest.eventId);
}

/** `GET /me/events/{event_id}`: only for an event that this person has signed in to. */
export async function showMyEvent(c: AppContext): Promise<Response> {
  const eventId = c.req.param("event_id") ?? "";
  const person = await findPerson(c);
  if (person === null || !person.stays.some((stay) => stay.eventId === eventId)) {
    // An ending takes the sessions with it: whoever comes back is told why, instead of being asked to sign in.
    return overPage(c, await findEventConnection(c.get("world"), eventId)) ?? signInPage(c, eventId);
  }
  return showEvent(c, person, eventId);
}

async function showEvent(c: AppContext, person: Person, eventId: string): Promise<Response> {
  const world = c.get("world");
  const connection = await findEventConnection(world, eventId);
  if (connection === null) return closedPage(c, "me.ended", null);
  const over = overPage(c, connection);
  if (over !== null) return over;
  const known = await findEventFacts(world, connection.id);
  const facts = { ...known, name: known.name ?? connection.eventName ?? eventId };
  if (facts.isUnpublished) return closedPage(c, "me.unpublished", null);
  const [profile, application, program] = await Promise.all([
    readOwnProfile(world, connection, person.userId),
    readOwnApplication(world, connection, person.userId),
    readProgram(world, connection),
  ]);
  const isRevoked = [profile, application].some((own) => !own.ok && own.failure.kind === "not_connected");
  if (isRevoked) return closedPage(c, "me.revoked", eventId);
  const isRegistered = await readIsRegistered(world, connection, application);
  return page(
    c,
    { title: facts.name.slice(0, 80), bare: isInFrame(c) },
    <MyEvent
      words={wordsOfEvent(c, facts)}
      eventId={eventId}
      facts={facts}
      stays={person.stays}
      profile={profile}
      application={application}
      isRegistered={isRegistered}
      program={program}
      webview={isInFrame(c)}
    />,
  );
}

/** Times are those of the event's place, where Revento tells it. */
const wordsOfEvent = (c: AppContext, { timeZone }: EventFacts) => wordsInZone(wordsOf(c), timeZone);

function signInPage(c: AppContext, eventId: string | null): Response | Promise<Response> {
  const { t } = wordsOf(c);
  const query = eventId === null ? "" : `?event_id=${encodeURIComponent(eventId)}`;
  return problemPage(c, {
    title: t("problem.signIn"),
    what: t("me.signIn.what"),
    whatToDo: t("me.signIn.do"),
    action: (
      <a class="button big" href={`/login${query}`}>
        {t("signIn.action")}
      </a>
    ),
    status: 401,
    bare: isInFrame(c),
  });
}

type Closed = "me.ended" | "me.suspended" | "me.unpublished" | "me.revoked";

/** The page of an event whose connection is over or suspended; null where it works. */
function overPage(c: AppContext, connection: Connection | null): Response | Promise<Response> | null {
  if (connection?.status === "ended") return closedPage(c, "me.ended", null);
  return connection?.status === "suspended" ? closedPage(c, "me.suspended", null) : null;
}

/** Nothing is shown any more: why, and what one can do. No data. */
function closedPage(c: AppContext, why: Closed, eventId: string | null): Response | Promise<Response> {
  const { t } = wordsOf(c);
  return problemPage(c, {
    title: t(why),
    what: t(`${why}.what`),
    whatToDo: t(`${why}.do`),
    ...(eventId === null
      ? {}
      : {
          action: (
            <a class="button big" href={`/login?event_id=${encodeURIComponent(eventId)}`}>
              {t("signIn.action")}
            </a>
          ),
        }),
    status: why === "me.revoked" ? 401 : 410,
    bare: isInFrame(c),
  });
}
