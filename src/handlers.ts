import { on } from "./handling/index.ts";

/**
 * What a publisher writes (docs/handlers.md, docs/recipes/). These two keep a count of approved applicants; a key for
 * each participant instead of a number makes them right even when an event comes twice.
 */
on("application.*", async (event, ctx) => {
  if (event.isStale) return;
  const key = `approved/${event.data.participant_id}`;
  if (event.type === "application.approved") await ctx.storage.put(key, event.occurredAt.toISOString());
  else await ctx.storage.delete(key);
  ctx.log.info("approved.count", { count: await ctx.storage.count("approved/") });
});

on("participant.cancelled", async (event, ctx) => {
  await ctx.storage.delete(`approved/${event.data.id}`);
});
