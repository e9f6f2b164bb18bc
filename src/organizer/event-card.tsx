import type { FC } from "hono/jsx";
import { expiresOn } from "../grants/index.ts";
import { Badge, Chart, eventDates, Name, type Tone, type Words } from "../ui/index.ts";
import type { EventSummary } from "./events.ts";
import { whyOf } from "./why.ts";

interface EventCardProps {
  readonly words: Words;
  readonly event: EventSummary;
  readonly now: number;
}

const STATUS_TONES: Readonly<Record<EventSummary["connection"]["status"], Tone>> = {
  active: "ok",
  reconnect_required: "warn",
  suspended: "bad",
  ended: "plain",
};

/** One event: what it is, how it is doing, and the one next step. */
export const EventCard: FC<EventCardProps> = ({ words, event, now }) => {
  const { connection, facts, scopes } = event;
  const { t } = words;
  const isOver = connection.status === "ended";
  return (
    <li class="card event">
      <div class="stack tight">
        <h2>
          <Name name={facts.name ?? connection.eventId} />
        </h2>
        {facts.from !== null && <span class="muted">{eventDates(words, facts)}</span>}
        <span class="marks">
          <Badge tone={STATUS_TONES[connection.status]}>{t(`status.${connection.status}`)}</Badge>
          {connection.status === "active" && <Health words={words} event={event} />}
          {!isOver && scopes.missing.length > 0 && <Badge tone="warn">{t("dashboard.permission")}</Badge>}
        </span>
      </div>
      {connection.status === "active" ? (
        <Expiry words={words} endsAt={expiresOn(connection.grantEndsAt, now)} />
      ) : (
        <p>{whyOf(t, connection)}</p>
      )}
      {facts.name === null && connection.erasedAt !== null && (
        <p class="small muted">{t("dashboard.erased")}</p>
      )}
      {!isOver && <Numbers words={words} event={event} now={now} />}
      <Actions words={words} event={event} now={now} />
    </li>
  );
};

const HEALTH_TONES = {
  unknown: "plain",
  healthy: "ok",
  throttled: "warn",
  revoked: "bad",
  error: "bad",
} as const;

const Health: FC<{ words: Words; event: EventSummary }> = ({ words, event }) => {
  const { healthState } = event.connection;
  return healthState === "unknown" ? null : (
    <Badge tone={HEALTH_TONES[healthState]}>{words.t(`health.${healthState}`)}</Badge>
  );
};

/** The year that Revento gives a connection is nearly over: said early enough to connect again in calm. */
const Expiry: FC<{ words: Words; endsAt: number | null }> = ({ words, endsAt }) =>
  endsAt === null ? null : (
    <p>
      <Badge tone="warn">{words.t("dashboard.expires", { date: words.date(endsAt) })}</Badge>{" "}
      <span class="small muted">{words.t("dashboard.expires.do")}</span>
    </p>
  );

const STATUSES = ["approved", "pending", "revision_requested", "rejected"] as const;

const Numbers: FC<EventCardProps> = ({ words, event }) => {
  const { numbers, syncedAt, isSyncing } = event;
  const { t } = words;
  return (
    <>
      <dl class="figures">
        <Figure
          label={t("dashboard.participants", { n: numbers.participants })}
          value={words.number(numbers.participants)}
        />
        <Figure
          label={t("attendance.registered", { n: numbers.registered })}
          value={words.number(numbers.registered)}
        />
        <Figure label={t("attendance.here")} value={words.number(numbers.checkedIn)} />
      </dl>
      <p class="small muted">
        {STATUSES.filter((status) => (numbers.byStatus[status] ?? 0) > 0)
          .map((status) => `${t(`application.${status}`)} ${words.number(numbers.byStatus[status] ?? 0)}`)
          .join(" · ")}
        {numbers.cancelled > 0 && ` · ${t("dashboard.cancelled")} ${words.number(numbers.cancelled)}`}
      </p>
      <Chart points={numbers.trend} label={t("dashboard.trend")} width={240} height={48} />
      <p class="small muted">
        {isSyncing
          ? t("dashboard.syncing")
          : syncedAt === null
            ? t("dashboard.neverSynced")
            : t("dashboard.synced", { time: words.dateTime(syncedAt) })}
      </p>
    </>
  );
};

const Figure: FC<{ label: string; value: string }> = ({ label, value }) => (
  <div>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </div>
);

const Actions: FC<EventCardProps> = ({ words, event, now }) => {
  const { organizationId, eventId, status, grantEndsAt } = event.connection;
  const base = `/organizations/${encodeURIComponent(organizationId)}/events/${encodeURIComponent(eventId)}`;
  const lacksScope = status === "active" && event.scopes.missing.length > 0;
  const needsConsent = status !== "active" || lacksScope || expiresOn(grantEndsAt, now) !== null;
  return (
    <div class="row">
      {needsConsent && (
        <a class="button" href={`${base}/reconnect`}>
          {words.t(lacksScope ? "dashboard.grant" : "reconnect.action")}
        </a>
      )}
      {status !== "ended" && (
        <a class={needsConsent ? "button quiet" : "button"} href={`${base}/attendance`}>
          {words.t("attendance.title")}
        </a>
      )}
    </div>
  );
};
