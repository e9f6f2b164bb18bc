import { on, RetryLater, retryAfterS } from "../../src/handling/index.ts";

/**
 * "I want to keep my data in sync": every applicant is a row of a service of yours that speaks HTTP, at
 * `{HANDLER_STORE_URL}/{participant id}`. Initial sync, reconcile and order are the base's: a row is put in the order of
 * its snapshots, and an older one that arrives late changes nothing.
 */
on(
  "application.*",
  async ({ data, isStale }, ctx) => {
    if (isStale) return;
    const response = await ctx.fetch(`${ctx.setting("STORE_URL")}/${data.participant_id}`, {
      method: "PUT",
      headers: { "content-type": "application/json", "idempotency-key": ctx.idempotencyKey },
      body: JSON.stringify({ status: data.status, answers: data.custom_form_fields }),
    });
    if (response.status === 429) throw new RetryLater(retryAfterS(response));
    if (!response.ok) throw new Error(`the store answered ${response.status}`);
    await ctx.storage.put(`kept/${data.participant_id}`, true);
  },
  { name: "keep-in-sync" },
);

/** Revento has no event for a cancellation: the daily reconcile finds it and tells this hook. */
on(
  "participant.cancelled",
  async ({ data }, ctx) => {
    const response = await ctx.fetch(`${ctx.setting("STORE_URL")}/${data.id}`, { method: "DELETE" });
    if (!response.ok && response.status !== 404) throw new Error(`the store answered ${response.status}`);
    await ctx.storage.delete(`kept/${data.id}`);
  },
  { name: "keep-in-sync-cancelled" },
);

/** The connection's data has to go: here, which the base does, and there. */
on(
  "erasing",
  async (_, ctx) => {
    for (const { key } of await ctx.storage.list("kept/", { limit: 1000 })) {
      const id = key.slice("kept/".length);
      await ctx.once(id, () =>
        ctx.fetch(`${ctx.setting("STORE_URL")}/${id}`, { method: "DELETE" }).then(() => true),
      );
    }
  },
  { name: "keep-in-sync-erasing" },
);
