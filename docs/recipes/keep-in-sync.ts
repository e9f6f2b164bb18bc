import { type Context, on, RetryLater, retryAfterS } from "../../src/handling/index.ts";

/** Rows deleted side by side. */
const WIDTH = 25;

/**
 * "I want to keep my data in sync": every applicant is a row of a service of yours that speaks HTTP, at
 * `{HANDLER_STORE_URL}/{participant id}`. Initial sync, reconcile and order are the base's: a row is put in the order of
 * its snapshots, and an older one that arrives late changes nothing.
 */
on(
  "application.*",
  async ({ data, isStale }, ctx) => {
    if (isStale) return;
    // Noted before it is there, so that an erasure finds it, whenever the connection ends; once it has, nothing is noted.
    const note = `kept/${data.participant_id}`;
    await ctx.storage.put(note, true);
    if ((await ctx.storage.get(note)) === undefined) return;
    const response = await ctx.fetch(`${ctx.setting("STORE_URL")}/${data.participant_id}`, {
      method: "PUT",
      headers: { "content-type": "application/json", "idempotency-key": ctx.idempotencyKey },
      body: JSON.stringify({ status: data.status, answers: data.custom_form_fields }),
    });
    if (response.status === 429) throw new RetryLater(retryAfterS(response));
    if (!response.ok) throw new Error(`the store answered ${response.status}`);
  },
  { name: "keep-in-sync" },
);

/** Deletes a row there, and then the note of it here. @returns null, or what the store answered instead. */
async function deleteRow(ctx: Context, id: string): Promise<number | null> {
  const response = await ctx.fetch(`${ctx.setting("STORE_URL")}/${id}`, { method: "DELETE" });
  await response.body?.cancel();
  if (!response.ok && response.status !== 404) return response.status;
  await ctx.storage.delete(`kept/${id}`);
  return null;
}

/** Revento has no event for a cancellation: the daily reconcile finds it and tells this hook. */
on(
  "participant.cancelled",
  async ({ data }, ctx) => {
    const refused = await deleteRow(ctx, data.id);
    if (refused !== null) throw new Error(`the store answered ${refused}`);
  },
  { name: "keep-in-sync-cancelled" },
);

/**
 * The connection's data has to go: here, which the base does, and there. What the store refuses is still noted, and
 * tried again with the next attempt.
 */
on(
  "erasing",
  async (_, ctx) => {
    const refused: number[] = [];
    let page = await ctx.storage.list("kept/", { limit: WIDTH });
    while (page.length > 0) {
      const answers = await Promise.all(page.map(({ key }) => deleteRow(ctx, key.slice("kept/".length))));
      refused.push(...answers.filter((answer) => answer !== null));
      page = await ctx.storage.list("kept/", { limit: WIDTH, after: page.at(-1)?.key ?? "" });
    }
    if (refused.length > 0)
      throw new Error(`the store refused ${refused.length} rows, the first with ${refused[0]}`);
  },
  { name: "keep-in-sync-erasing", timeLimitS: 45 },
);
