import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The Worker as it is, in real workerd with its queues and a fresh database. */
export async function startWorker(settings: Record<string, string>) {
  const harness = createTestHarness({ root, workers: [{ configPath: "wrangler.toml", vars: settings }] });
  const { url } = await harness.listen();
  await harness.getWorker().applyD1Migrations("DB");
  return { url: url.origin, logs: () => harness.getLogs(), close: () => harness.close() };
}
