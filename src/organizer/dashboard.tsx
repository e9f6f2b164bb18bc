import type { FC } from "hono/jsx";
import type { AppContext } from "../app-env.ts";
import { isSuspensionSuspected } from "../monitoring/index.ts";
import { refuseUnlessOrganizer } from "../sessions/index.ts";
import { page, Stats, SuspendedBanner, type Words, wordsInZone, wordsOf } from "../ui/index.ts";
import { EventCard } from "./event-card.tsx";
import { type EventSummary, listEvents, renewFacts } from "./events.ts";

/** `GET /organizations/{organization_id}`: all events of an organization, from the mirror. */
export async function showDashboard(c: AppContext): Promise<Response> {
  const organizationId = c.req.param("organization_id") ?? "";
  const refusal = await refuseUnlessOrganizer(c, organizationId);
  if (refusal !== null) return refusal;
  const world = c.get("world");
  const [events, isSuspected] = await Promise.all([
    listEvents(world, organizationId),
    isSuspensionSuspected(world),
  ]);
  c.executionCtx.waitUntil(renewFacts(world, events));
  const words = wordsOf(c);
  const { t } = words;
  const isSuspended = events.some(({ connection }) => connection.status === "suspended");
  return page(
    c,
    { title: t("dashboard.title"), wide: true },
    <>
      <div class="row between">
        <h1>{t("dashboard.title")}</h1>
        <div class="row">
          <a class="button quiet" href="/connect">
            {t("dashboard.connect")}
          </a>
          <form method="post" action="/logout" class="inline">
            <input type="hidden" name="organization_id" value={organizationId} />
            <button type="submit" class="plain">
              {t("dashboard.signOut")}
            </button>
          </form>
        </div>
      </div>
      <SuspendedBanner
        words={words}
        manifest={world.manifest}
        isSuspended={isSuspended}
        isSuspected={isSuspected}
      />
      <Totals words={words} events={events} />
      <ul class="events">
        {events.map((event) => (
          <EventCard words={wordsInZone(words, event.facts.timeZone)} event={event} now={world.now()} />
        ))}
      </ul>
    </>,
  );
}

const Totals: FC<{ words: Words; events: readonly EventSummary[] }> = ({ words, events }) => {
  const running = events.filter(({ connection }) => connection.status !== "ended");
  const total = (name: "participants" | "registered" | "checkedIn"): number =>
    running.reduce((sum, { numbers }) => sum + numbers[name], 0);
  const [participants, registered] = [total("participants"), total("registered")];
  return (
    <section class="card" aria-label={words.t("dashboard.totals")}>
      <Stats
        items={[
          { label: words.t("dashboard.events", { n: running.length }), value: words.number(running.length) },
          {
            label: words.t("dashboard.participants", { n: participants }),
            value: words.number(participants),
          },
          { label: words.t("attendance.registered", { n: registered }), value: words.number(registered) },
          { label: words.t("attendance.here"), value: words.number(total("checkedIn")) },
        ]}
      />
    </section>
  );
};
