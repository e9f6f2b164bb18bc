import type { Env } from "../../../src/bindings.ts";
import { configOf } from "../../../src/config.ts";
import { openConnection } from "../../../src/connections/index.ts";
import worker from "../../../src/index.ts";
import { createWorld } from "../../../src/world.ts";

export { AttendanceObject, ConnectionObject, LedgerObject } from "../../../src/index.ts";

async function seed(env: Env): Promise<Response> {
  const config = configOf(env);
  if (!config.ok) throw new Error("the settings of the test are malformed");
  const scopes = ["event.read", "participants.read"];
  const key = { eventId: "evt_killed", organizationId: "org_killed" };
  await openConnection(createWorld(env, config.value), {
    ...key,
    connectedAt: 1_000,
    grantedScopes: scopes,
    askedScopes: scopes,
  });
  return new Response(null, { status: 204 });
}

/** The Worker as it is deployed; beside it a connection to begin with, and the crons by hand. */
export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (url.pathname === "/killed/seed") return await seed(env);
    if (url.pathname === "/killed/cron") {
      const cron = url.searchParams.get("cron") ?? "";
      await worker.scheduled({ cron, scheduledTime: Date.now(), noRetry() {} } as ScheduledController, env);
      return new Response(null, { status: 204 });
    }
    return await worker.fetch(request, env, ctx);
  },
  async queue(batch, env) {
    await worker.queue(batch, env);
  },
} satisfies ExportedHandler<Env>;
