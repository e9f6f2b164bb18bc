import type { AppContext } from "../app-env.ts";
import { listConnections } from "../connections/index.ts";
import { beginFlow } from "../flows/index.ts";
import { isInFrame } from "../sessions/index.ts";
import { Card, Field, page, problemPage, ScopeList, wordsOf } from "../ui/index.ts";

/** Ids are opaque (contract section 1), but whatever is no word cannot be one, and goes into no address. */
const isEventId = (text: string): boolean => /^[\w.~-]{1,128}$/.test(text);

/** `GET /login`: on to Revento where the event is known and connected, else a page that asks for it. */
export async function startLogin(c: AppContext): Promise<Response> {
  const eventId = c.req.query("event_id")?.trim();
  if (eventId === undefined || eventId === "") return loginPage(c);
  if (!isEventId(eventId)) return loginPage(c, eventId);
  const world = c.get("world");
  const [connection] = await listConnections(world, { eventId, status: "active", limit: 1 });
  if (connection === undefined) return notEligiblePage(c, null);
  const { required, optional } = world.manifest.user;
  return c.redirect(await beginFlow(c, { kind: "login", eventId, scopes: [...required, ...optional] }));
}

function loginPage(c: AppContext, wrongId?: string): Response | Promise<Response> {
  const { t } = wordsOf(c);
  return page(
    c,
    { title: t("login.title"), bare: isInFrame(c) },
    <>
      <h1>{t("login.title")}</h1>
      <form method="get" action="/login" class="card">
        <Field
          name="event_id"
          label={t("connect.eventId")}
          hint={t("login.eventId.hint")}
          placeholder="evt_"
          required
          {...(wrongId === undefined
            ? {}
            : { value: wrongId.slice(0, 200), problem: t("connect.eventId.problem") })}
        />
        <button type="submit" class="big">
          {t("signIn.action")}
        </button>
      </form>
      <Card title={t("connect.what")}>
        <ScopeList t={t} {...c.get("world").manifest.user} />
      </Card>
    </>,
    wrongId === undefined ? 200 : 400,
  );
}

/** Who may sign in (contract section 2), said before or after Revento said no. */
export function notEligiblePage(c: AppContext, eventId: string | null): Response | Promise<Response> {
  const { t } = wordsOf(c);
  return problemPage(c, {
    title: t("login.notEligible"),
    what: t("login.notEligible.what"),
    whatToDo: t("login.notEligible.do"),
    action: (
      <a class="button" href={eventId === null ? "/login" : `/login?event_id=${encodeURIComponent(eventId)}`}>
        {t("flow.again")}
      </a>
    ),
    status: 403,
    bare: isInFrame(c),
  });
}
