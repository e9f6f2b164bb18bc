import { on } from "../../src/handling/index.ts";

/**
 * "I want to render personalized content for a participant": the personal page is in the base (`/me`). This prepares what
 * it does not have, a printed badge, when somebody signs in: the person from the mirror, the program with the
 * installation token. Ten people who sign in within a minute cost one call.
 */
on(
  "signed-in",
  async ({ data }, ctx) => {
    const people = await ctx.mirror.participants({ limit: 1000 });
    const person = people.find(({ userId }) => userId === data.user_id);
    const program = ctx.hasScope("program.read") ? await ctx.revento.program() : null;
    await ctx.once(data.user_id, () =>
      ctx
        .fetch(ctx.setting("BADGE_URL"), {
          method: "POST",
          body: JSON.stringify({ name: person?.displayName ?? "", event: ctx.connection.eventId, program }),
        })
        .then(({ ok }) => ok),
    );
  },
  { name: "personalized" },
);
