import { on, RetryLater, retryAfterS } from "../../src/handling/index.ts";

/**
 * "Write approved applicants to a spreadsheet": one row a person through a Google-Sheets-like HTTP API
 * (`POST {HANDLER_SHEET_URL}/values:append` with `{ values: [[…]] }`). `ctx.once` keeps a repeat from adding a second row.
 */
on(
  "application.approved",
  async ({ data }, ctx) => {
    await ctx.once(data.participant_id, async () => {
      const person = await ctx.mirror.participant(data.participant_id);
      const response = await ctx.fetch(`${ctx.setting("SHEET_URL")}/values:append`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${ctx.setting("SHEET_TOKEN")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({
          values: [[data.participant_id, person?.displayName ?? "", data.approved_at ?? ""]],
        }),
      });
      if (response.status === 429) throw new RetryLater(retryAfterS(response));
      if (!response.ok) throw new Error(`the sheet answered ${response.status}`);
    });
  },
  { name: "sheet" },
);
