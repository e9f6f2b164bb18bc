import type { FC } from "hono/jsx";
import type { AppContext } from "../app-env.ts";
import {
  type Connection,
  type ConnectionKey,
  findConnection,
  hasScope,
  type OpenedConnection,
} from "../connections/index.ts";
import { refuseUnlessOrganizer } from "../sessions/index.ts";
import { Banner, Card, failureResponse, page, type Translate, wordsOf } from "../ui/index.ts";
import { progressOf, type SyncProgress } from "./progress.ts";

type Kind = OpenedConnection["kind"];

const eventPath = ({ organizationId, eventId }: ConnectionKey): string =>
  `/organizations/${encodeURIComponent(organizationId)}/events/${encodeURIComponent(eventId)}`;

/** `GET /organizations/…/events/…/connected`: the connected page at an address that can be loaded again. */
export async function showConnectedAgain(c: AppContext): Promise<Response> {
  const { organization_id: organizationId = "", event_id: eventId = "" } = c.req.param();
  const refusal = await refuseUnlessOrganizer(c, organizationId, { eventId });
  const kind = c.req.query("kind");
  return refusal ?? showConnected(c, { organizationId, eventId }, isKind(kind) ? kind : "new");
}

/** What was connected, how far the data is, and where to go next. */
export async function showConnected(c: AppContext, key: ConnectionKey, kind: Kind): Promise<Response> {
  const connection = await findConnection(c.get("world"), key);
  if (connection === null) return failureResponse(c, { kind: "not_found", what: "connection" });
  const progress = await progressOf(c.get("world"), connection.id);
  const { t } = wordsOf(c);
  const isWatched = kind !== "signed_in" && !progress.isOver;
  return page(
    c,
    {
      title: t(kind === "signed_in" ? "connected.again" : "connected.title"),
      // The answer's code leaves the address bar, and loading again never repeats the callback.
      address: `${eventPath(key)}/connected?kind=${kind}`,
      ...(isWatched ? { live: { everyS: 2 } } : {}),
    },
    <>
      <Heading t={t} kind={kind} event={connection.eventName ?? connection.eventId} />
      {kind !== "signed_in" && <Progress t={t} progress={progress} />}
      <LeftOut t={t} connection={connection} c={c} />
      <div class="row">
        <a class="button big" href={`/organizations/${encodeURIComponent(key.organizationId)}`}>
          {t("connected.next")}
        </a>
        <a class="button big quiet" href={`${eventPath(key)}/attendance`}>
          {t("connected.attendance")}
        </a>
      </div>
    </>,
  );
}

const isKind = (text = ""): text is Kind => Object.hasOwn(TEXTS, text);

const TEXTS = {
  new: ["connected.title", "connected.lead"],
  reconnected: ["connected.reconnected", "connected.reconnected.lead"],
  signed_in: ["connected.again", "connected.again.lead"],
} as const;

const Heading: FC<{ t: Translate; kind: Kind; event: string }> = ({ t, kind, event }) => {
  const [title, lead] = TEXTS[kind];
  return (
    <div class="stack">
      <h1>{t(title)}</h1>
      {/* Its name arrives with the data. */}
      <p class="lead clamped" id="what" data-live="" title={event}>
        {t(lead, { event })}
      </p>
    </div>
  );
};

const Progress: FC<{ t: Translate; progress: SyncProgress }> = ({ t, progress }) => (
  <section class="card" id="sync" data-live="" role="status">
    <h2>{t("connected.sync")}</h2>
    {progress.isOver ? <progress value="1" max="1" /> : <progress />}
    <p>{t(`connected.sync.${progress.state}`)}</p>
    <p class="muted">
      {t(progress.state === "done" ? "connected.sync.rows.done" : "connected.sync.rows", {
        n: progress.rows,
      })}{" "}
      · {t("connected.participants", { n: progress.participants })}
      {progress.pace !== null && ` · ${t("connected.sync.pace", { n: progress.pace.rowsPerMinute })}`}
    </p>
  </section>
);

/** Optional permissions that were unticked are respected; needed ones that are missing are asked for again. */
const LeftOut: FC<{ t: Translate; connection: Connection; c: AppContext }> = ({ t, connection, c }) => {
  const { required, optional } = c.get("world").manifest.installation;
  const isMissing = (scope: string) => !hasScope(connection, scope);
  const needed = required.filter(isMissing);
  const declined = optional.filter(isMissing);
  const names = (scopes: typeof optional) => scopes.map((scope) => t(`scope.${scope}`)).join(", ");
  return (
    <>
      {needed.length > 0 && (
        <Banner tone="warn" title={t("flow.incomplete")}>
          <span>{t("flow.incomplete.what", { scopes: names(needed) })}</span>
          <a href={`/connect?event_id=${encodeURIComponent(connection.eventId)}`}>{t("flow.again")}</a>
        </Banner>
      )}
      {declined.length > 0 && (
        <Card>
          <p>{t("connected.declined")}</p>
          <p class="muted">{names(declined)}</p>
        </Card>
      )}
    </>
  );
};
