import { on } from "../../src/handling/index.ts";

/**
 * "I want to know who's attending right now": the number of registered people on a board of yours. Check-ins are in the
 * base (the attendance page); this counts who is expected. A key for each person makes repeats harmless.
 */
on(
  "participant.registered",
  async ({ data }, ctx) => {
    await ctx.storage.put(`expected/${data.id}`, true);
    await ctx.fetch(ctx.setting("BOARD_URL"), {
      method: "POST",
      body: JSON.stringify({ event: ctx.connection.eventId, expected: await ctx.storage.count("expected/") }),
    });
  },
  { name: "attending-now" },
);

on("participant.cancelled", ({ data }, ctx) => ctx.storage.delete(`expected/${data.id}`), {
  name: "attending-now-cancelled",
});
