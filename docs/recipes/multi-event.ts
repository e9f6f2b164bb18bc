import { on } from "../../src/handling/index.ts";

/**
 * "I want to support multi-event participants": the base keeps one session and one token for each (user, event) and has the
 * event switcher. This tells a CRM of yours, which joins on `user_id`, at which events a person was seen.
 */
on(
  "signed-in",
  async ({ data, occurredAt }, ctx) => {
    const { eventId } = ctx.connection;
    const response = await ctx.fetch(`${ctx.setting("CRM_URL")}/people/${data.user_id}/events/${eventId}`, {
      method: "PUT",
      body: JSON.stringify({ signed_in_at: occurredAt }),
    });
    if (!response.ok) throw new Error(`the CRM answered ${response.status}`);
  },
  { name: "multi-event" },
);
