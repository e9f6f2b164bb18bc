import type { AppContext } from "../app-env.ts";
import { listConnections } from "../connections/index.ts";
import { beginFlow } from "../flows/index.ts";
import { Card, calendarDay, Field, page, ScopeList, wordsOf } from "../ui/index.ts";

/** Ids are opaque (contract section 1), but whatever is no word cannot be one, and goes into no address. */
export const isEventId = (text: string): boolean => /^[\w.~-]{1,128}$/.test(text);

/** `GET /connect`: on to Revento where the event is known, else a page that says what will be read, and asks for it. */
export async function startConnect(c: AppContext): Promise<Response> {
  const eventId = c.req.query("event_id")?.trim();
  if (eventId === undefined || eventId === "") return connectPage(c);
  if (!isEventId(eventId)) return connectPage(c, eventId);
  if (await isClosedTo(c, eventId)) return deprecatedPage(c);
  const { required, optional } = c.get("world").manifest.installation;
  return c.redirect(await beginFlow(c, { kind: "connect", eventId, scopes: [...required, ...optional] }));
}

/** Deprecated: events that were connected go on, no new ones come (seed `000`, "What if you need to deprecate?"). */
async function isClosedTo(c: AppContext, eventId: string): Promise<boolean> {
  const world = c.get("world");
  if (world.manifest.deprecation === null) return false;
  return (await listConnections(world, { eventId, limit: 1 })).length === 0;
}

function connectPage(c: AppContext, wrongId?: string): Response | Promise<Response> {
  const words = wordsOf(c);
  const { t } = words;
  const { manifest } = c.get("world");
  return page(
    c,
    { title: t("connect.title") },
    <>
      <h1>{t("connect.title")}</h1>
      <p class="lead">{manifest.description[c.get("language")]}</p>
      <form method="get" action="/connect" class="card">
        <Field
          name="event_id"
          label={t("connect.eventId")}
          hint={t("connect.eventId.hint")}
          placeholder="evt_"
          required
          {...(wrongId === undefined
            ? {}
            : { value: wrongId.slice(0, 200), problem: t("connect.eventId.problem") })}
        />
        <button type="submit" class="big">
          {t("connect.action")}
        </button>
        <p class="small muted">{t("connect.lead")}</p>
      </form>
      <Card title={t("connect.what")}>
        <ScopeList t={t} {...manifest.installation} />
      </Card>
      <p class="muted">{t("connect.signIn")}</p>
    </>,
    wrongId === undefined ? 200 : 400,
  );
}

function deprecatedPage(c: AppContext): Response | Promise<Response> {
  const words = wordsOf(c);
  const { deprecation, name, contact } = c.get("world").manifest;
  const date = calendarDay(words, deprecation?.endsOn ?? "");
  return page(
    c,
    { title: words.t("deprecated.title"), withoutNotice: true },
    <>
      <h1>{words.t("deprecated.title")}</h1>
      <p class="lead">{words.t("deprecated.what", { name })}</p>
      <p>{words.t("deprecated.do", { date })}</p>
      <div class="row">
        <a class="button" href={`mailto:${contact.email}`}>
          {words.t("contact.action")}
        </a>
      </div>
    </>,
    403,
  );
}
