import { authenticateOps } from "../access/index.ts";
import type { AppContext } from "../app-env.ts";
import { type Connection, findConnection, findConnectionById } from "../connections/index.ts";
import { findEventFacts } from "../db/event-facts.ts";
import { findSession, refuseUnlessOrganizer } from "../sessions/index.ts";
import { failureResponse, problemPage, type Words, wantsPage, wordsInZone, wordsOf } from "../ui/index.ts";
import type { CheckedBy } from "./check-in.ts";
import { findDoorLink } from "./door-links.ts";

/** A place where people are checked in: an organizer's page, or a door. */
export interface Desk {
  readonly connection: Connection;
  readonly by: CheckedBy;
  /** Path of the page; its forms and its data are below it. */
  readonly base: string;
  /** The door's name; empty on an organizer's page. */
  readonly label: string;
  /** When its right ends; epoch ms. */
  readonly until: number;
  /** Of the event's place, where Revento tells it. */
  readonly timeZone: string | null;
}

/** Texts and times for whoever is at a desk: the times are those of the event's place. */
export const wordsAt = (c: AppContext, { timeZone }: Desk): Words => wordsInZone(wordsOf(c), timeZone);

const MAX_QUERY = 200;

/** What was searched for, without scripts. */
export const queryOf = (c: AppContext): string => (c.req.query("q") ?? "").slice(0, MAX_QUERY);

/** Who may be at a desk: the desk, or the page that says why not. */
type FindDesk = (c: AppContext) => Promise<Desk | Response>;
type DeskHandler = (c: AppContext, desk: Desk) => Response | Promise<Response>;

/** A handler that runs only at a desk. */
export const at =
  (find: FindDesk) =>
  (handle: DeskHandler) =>
  async (c: AppContext): Promise<Response> => {
    const desk = await find(c);
    return desk instanceof Response ? desk : handle(c, desk);
  };

const HOURS_12_MS = 12 * 3_600_000;

export const attendancePath = (key: { eventId: string; organizationId: string }): string =>
  `/organizations/${encodeURIComponent(key.organizationId)}/events/${encodeURIComponent(key.eventId)}/attendance`;

/** Lets organizers of the organization and operators through, with the event of the path. */
export async function findOrganizerDesk(c: AppContext): Promise<Desk | Response> {
  const organizationId = c.req.param("organization_id") ?? "";
  const eventId = c.req.param("event_id") ?? "";
  const operator = await authenticateOps(c);
  const refusal = operator === null ? await refuseUnlessOrganizer(c, organizationId, { eventId }) : null;
  if (refusal !== null) return refusal;
  const connection = await findConnection(c.get("world"), { eventId, organizationId });
  if (connection === null) return failureResponse(c, { kind: "not_found", what: "connection" });
  if (connection.status === "ended") return endedPage(c, connection.eventId);
  const session = await findSession(c, "organizer", organizationId);
  return {
    connection,
    by: session === null ? "operator" : "organizer",
    base: attendancePath(connection),
    label: "",
    until: session?.expiresAt ?? c.get("world").now() + HOURS_12_MS,
    timeZone: (await findEventFacts(c.get("world"), connection.id)).timeZone,
  };
}

/** Lets through whoever holds a link that works, to its event alone. */
export async function findDoorDesk(c: AppContext): Promise<Desk | Response> {
  const key = c.req.param("key") ?? "";
  const link = await findDoorLink(c.get("world"), key);
  if (link === null) return closedDoor(c);
  const [connection, { timeZone }] = await Promise.all([
    findConnectionById(c.get("world"), link.connectionId),
    findEventFacts(c.get("world"), link.connectionId),
  ]);
  if (connection === null || connection.status === "ended") return closedDoor(c);
  return { connection, by: "door", base: `/door/${key}`, label: link.label, until: link.expiresAt, timeZone };
}

function closedDoor(c: AppContext): Response | Promise<Response> {
  const { t } = wordsOf(c);
  if (!wantsPage(c)) return failureResponse(c, { kind: "not_found", what: "door link" });
  return problemPage(c, {
    title: t("door.closed"),
    what: t("door.closed.what"),
    whatToDo: t("door.closed.do"),
    status: 404,
  });
}

function endedPage(c: AppContext, eventId: string): Response | Promise<Response> {
  const { t } = wordsOf(c);
  if (!wantsPage(c)) return failureResponse(c, { kind: "not_connected", status: "ended", reason: null });
  return problemPage(c, {
    title: t("problem.notConnected"),
    what: t("problem.notConnected.what"),
    whatToDo: t("problem.notConnected.do"),
    action: (
      <a class="button big" href={`/connect?event_id=${encodeURIComponent(eventId)}`}>
        {t("reconnect.action")}
      </a>
    ),
    status: 410,
  });
}
