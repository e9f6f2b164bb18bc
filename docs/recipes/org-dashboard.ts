import { on } from "../../src/handling/index.ts";

/** A dashboard is read every few minutes: more often it need not be told. */
const WINDOW_MS = 600_000;

/**
 * "I want a quick org-level dashboard": the base has one (`/organizations/…`). This feeds one of yours: a summary of each
 * event under its organization, from the mirror, at most once in ten minutes.
 */
on(
  "participant.registered",
  async ({ occurredAt }, ctx) => {
    const { organizationId, eventId } = ctx.connection;
    await ctx.once(`window/${Math.floor(occurredAt.getTime() / WINDOW_MS)}`, async () => {
      const event = await ctx.revento.event();
      const people = await ctx.mirror.participants({ state: "present", limit: 1000 });
      await ctx.fetch(`${ctx.setting("DASHBOARD_URL")}/${organizationId}/${eventId}`, {
        method: "PUT",
        body: JSON.stringify({
          name: event.name ?? event.title,
          dates: [event.start_date, event.end_date],
          people: people.length,
        }),
      });
    });
  },
  { name: "org-dashboard" },
);
