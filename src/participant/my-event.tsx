import type { FC } from "hono/jsx";
import type { EventFacts } from "../db/event-facts.ts";
import type { Result } from "../failure.ts";
import type { ReventoApplication, ReventoProfile } from "../revento/index.ts";
import { Badge, Banner, Card, eventDates, Name, type Tone, type Words } from "../ui/index.ts";
import { Answers } from "./answers.tsx";
import type { Stay } from "./person.ts";
import type { ProgramDay } from "./program.ts";
import { Program } from "./program-view.tsx";

interface MyEventProps {
  readonly words: Words;
  readonly eventId: string;
  readonly facts: EventFacts;
  readonly stays: readonly Stay[];
  readonly profile: Result<ReventoProfile>;
  readonly application: Result<ReventoApplication | null>;
  /** Null where we cannot tell. */
  readonly isRegistered: boolean | null;
  readonly program: Result<readonly ProgramDay[]>;
  readonly webview: boolean;
}

/** A person's page of one event. A piece that could not be read says so; the others are shown. */
export const MyEvent: FC<MyEventProps> = (props) => {
  const { words, facts, profile, application, isRegistered, program } = props;
  const { t } = words;
  const name = profile.ok ? (profile.value.display_name ?? profile.value.name ?? null) : null;
  return (
    <>
      <div class="stack tight">
        <h1>
          {t("me.hello")}
          {name !== null && (
            <>
              {" "}
              <Name name={name} isInline />
            </>
          )}
        </h1>
        <p class="lead clamped" title={facts.name ?? ""}>
          <bdi>{facts.name}</bdi>
          {facts.from !== null && ` · ${eventDates(words, facts)}`}
        </p>
      </div>
      <Application words={words} application={application} isRegistered={isRegistered} />
      {program.ok ? (
        <Program words={words} days={program.value} mine={mineOf(application)} />
      ) : (
        <Banner tone="info">
          {t(program.failure.kind === "missing_scope" ? "program.notShared" : "program.later")}
        </Banner>
      )}
      <Switcher {...props} />
    </>
  );
};

/** The activities that this person signed up for; null where Revento does not tell, or they were not accepted. */
function mineOf(application: Result<ReventoApplication | null>): ReadonlySet<string> | null {
  if (application.ok && application.value?.status === "rejected") return null;
  const ids = application.ok ? application.value?.activity_ids : null;
  return ids === null || ids === undefined ? null : new Set(ids);
}

const STATUSES = {
  pending: ["info", "application.pending", "application.pending.what"],
  approved: ["ok", "application.approved", "application.approved.what"],
  rejected: ["bad", "application.rejected", "application.rejected.what"],
  revision_requested: ["warn", "application.revision_requested", "application.revision_requested.what"],
} as const satisfies Record<string, readonly [Tone, string, string]>;

type ApplicationProps = Pick<MyEventProps, "words" | "application" | "isRegistered">;

const Application: FC<ApplicationProps> = ({ words, application, isRegistered }) => {
  const { t } = words;
  if (!application.ok) {
    const isLeftOut = application.failure.kind === "missing_scope";
    return <Banner tone="info">{t(isLeftOut ? "application.notShared" : "application.later")}</Banner>;
  }
  const status = application.value?.status ?? null;
  const known =
    status !== null && Object.hasOwn(STATUSES, status) ? STATUSES[status as keyof typeof STATUSES] : null;
  return (
    <Card title={t("application.title")}>
      {known === null ? (
        <p>{t(application.value === null ? "application.none" : "application.unknown")}</p>
      ) : (
        <>
          <p>
            <Badge tone={known[0]}>{t(known[1])}</Badge>
          </p>
          <p>{t(status === "approved" && isRegistered === false ? "application.toRegister" : known[2])}</p>
        </>
      )}
      <Answers t={t} answers={application.value?.custom_form_fields ?? {}} />
    </Card>
  );
};

/** All events of this person, most recent first, and the ways out. */
const Switcher: FC<MyEventProps> = ({ words, stays, eventId, webview }) => {
  const { t } = words;
  const suffix = webview ? "?webview=1" : "";
  return (
    <Card title={t("me.events")} isForScreen>
      {stays.length > 1 && (
        <ul class="list">
          {stays.map((stay) => (
            <li>
              <a
                href={`/me/events/${encodeURIComponent(stay.eventId)}${suffix}`}
                aria-current={stay.eventId === eventId ? "page" : undefined}
              >
                <Name name={stay.eventName ?? stay.eventId} />
              </a>
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        <form method="post" action={`/logout${suffix}`} class="inline">
          <input type="hidden" name="event_id" value={eventId} />
          <button type="submit" class="plain">
            {t("logout.one")}
          </button>
        </form>
        {stays.length > 1 && (
          <form method="post" action={`/logout${suffix}`} class="inline">
            <button type="submit" class="plain">
              {t("logout.all")}
            </button>
          </form>
        )}
      </div>
    </Card>
  );
};
