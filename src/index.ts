import { createApp } from "./app.ts";
import type { Env } from "./bindings.ts";
import { type Config, configOf } from "./config.ts";
import "./handlers.ts";
import { ensureManifest } from "./handling/index.ts";
import { consume } from "./jobs.ts";
import { createLogger } from "./lib/log.ts";
import { manifest } from "./manifest.ts";
import { MISCONFIGURED_RETRY_S } from "./misconfigured.ts";
import { runCron } from "./schedule.ts";
import { createWorld } from "./world.ts";

export { AttendanceObject } from "./attendance/attendance-object.ts";
export { ConnectionObject } from "./grants/connection-object.ts";
export { LedgerObject } from "./lifecycle/ledger-object.ts";

/** The settings, or null: the log then names the keys at fault. */
function settingsOf(env: Env): Config | null {
  const config = configOf(env);
  if (config.ok) return config.value;
  const keys = config.failure.problems.map(({ key }) => key).join(", ");
  createLogger().error("misconfigured", { keys });
  return null;
}

ensureManifest(manifest, createLogger());
const app = createApp();

export default {
  fetch(request, env, ctx) {
    return app.fetch(request, env, ctx);
  },
  async queue(batch, env) {
    const config = settingsOf(env);
    // A throw would set no delay: the tries, and those of the dead-letter queue, would be used up within minutes.
    if (config === null) batch.retryAll({ delaySeconds: MISCONFIGURED_RETRY_S });
    else await consume(createWorld(env, config), batch);
  },
  async scheduled(controller, env) {
    const config = settingsOf(env);
    if (config === null) throw new Error("misconfigured");
    await runCron(createWorld(env, config), controller.cron, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
