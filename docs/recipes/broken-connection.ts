import { on } from "../../src/handling/index.ts";

/**
 * "I want to detect when my connection is broken": the base probes every quarter of an hour and shows it in `/ops`; a signal
 * rule pages you (docs/alerts.md). This opens a ticket for the organizer when a connection ends, and closes it when they
 * connect again.
 */
for (const hook of ["ended", "reconnected"] as const) {
  on(
    hook,
    async ({ type }, ctx) => {
      const { eventId, organizationId, reason } = ctx.connection;
      const response = await ctx.fetch(`${ctx.setting("TICKETS_URL")}/${organizationId}/${eventId}`, {
        method: "PUT",
        body: JSON.stringify({ state: type === "ended" ? "open" : "closed", reason }),
      });
      if (!response.ok) throw new Error(`tickets answered ${response.status}`);
    },
    { name: `broken-connection-${hook}` },
  );
}
