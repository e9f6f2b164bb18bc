import { on } from "../../../src/handling/index.ts";

/** Takes the place of `src/handlers.ts`: slow enough to be killed in the middle, and each step is told to a receiver. */
on(
  "application.*",
  async ({ data, type }, ctx) => {
    const tell = async (phase: string) => {
      const body = JSON.stringify({ phase, person: data.participant_id, type, key: ctx.idempotencyKey });
      const response = await ctx.fetch(ctx.setting("RECEIVER_URL"), { method: "POST", body });
      await response.body?.cancel();
    };
    await tell("begun");
    await new Promise((resolve) => setTimeout(resolve, 250));
    await tell("done");
  },
  { name: "slow" },
);
