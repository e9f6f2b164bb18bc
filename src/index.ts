import { createApp } from "./app.ts";
import type { Env } from "./bindings.ts";
import { type Config, configOf } from "./config.ts";
import "./handlers.ts";
import { ensureManifest } from "./handling/index.ts";
import { consume } from "./jobs.ts";
import { createLogger } from "./lib/log.ts";
import { manifest } from "./manifest.ts";
import { runCron } from "./schedule.ts";
import { createWorld } from "./world.ts";

export { AttendanceObject } from "./attendance/attendance-object.ts";
export { ConnectionObject } from "./grants/connection-object.ts";
export { LedgerObject } from "./lifecycle/ledger-object.ts";

/** The settings, or a throw that names the keys at fault: queues and crons then try again later. */
function requireConfig(env: Env): Config {
  const config = configOf(env);
  if (config.ok) return config.value;
  const keys = config.failure.problems.map(({ key }) => key).join(", ");
  createLogger().error("misconfigured", { keys });
  throw new Error(`misconfigured: ${keys}`);
}

ensureManifest(manifest, createLogger());
const app = createApp();

export default {
  fetch(request, env, ctx) {
    return app.fetch(request, env, ctx);
  },
  async queue(batch, env) {
    await consume(createWorld(env, requireConfig(env)), batch);
  },
  async scheduled(controller, env) {
    await runCron(createWorld(env, requireConfig(env)), controller.cron, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
