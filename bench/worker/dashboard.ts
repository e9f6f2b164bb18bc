import { createApp } from "../../src/app.ts";
import type { Env } from "../../src/bindings.ts";
import { planOf, recorded } from "./recorded.ts";

export { AttendanceObject } from "../../src/attendance/attendance-object.ts";
export { ConnectionObject } from "../../src/grants/connection-object.ts";
export { LedgerObject } from "../../src/lifecycle/ledger-object.ts";

const app = createApp();

/** What a page asks of the database: rows read and the plan of each statement. */
async function explain(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const { binding, seen } = recorded(env.DB);
  const response = await app.fetch(request, { ...env, DB: binding }, ctx);
  await response.text();
  const statements = await Promise.all(
    seen.map(async (one) => ({ rowsRead: one.rowsRead, plan: await planOf(env.DB, one) })),
  );
  return Response.json(statements);
}

/** The Worker as it is deployed; with `X-Explain` it tells what a page asked of the database instead of the page. */
export default {
  fetch: (request, env, ctx) =>
    request.headers.has("x-explain") ? explain(request, env, ctx) : app.fetch(request, env, ctx),
} satisfies ExportedHandler<Env>;
