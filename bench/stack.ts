import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";
import { testSettings } from "../test/support/settings.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const CONFIG = "wrangler.bench.toml";

export interface Stack {
  /** Where workerd itself listens: no `wrangler dev` stands between. */
  readonly url: string;
  readonly secret: string;
  stop(): Promise<void>;
}

/** The Worker of `wrangler.toml` with the benchmark's entry: real workerd, its queues, a fresh migrated database. */
export async function startStack({ hasConsumers = true } = {}): Promise<Stack> {
  const config = readFileSync(`${root}wrangler.toml`, "utf8");
  const ours = config.replace(/^main = .*$/m, 'main = "bench/worker/entry.ts"');
  // Consumers would share the cores with what is measured; on the platform they run elsewhere.
  const sections = ours
    .split(/^(?=\[)/m)
    .filter((text) => hasConsumers || !text.startsWith("[[queues.consumers]]"));
  writeFileSync(`${root}${CONFIG}`, sections.join(""));
  try {
    const harness = createTestHarness({ root, workers: [{ configPath: CONFIG, vars: testSettings }] });
    const { url } = await harness.listen();
    await harness.getWorker().applyD1Migrations("DB");
    return { url: url.origin, secret: testSettings.REVENTO_WEBHOOK_SECRET, stop: () => harness.close() };
  } finally {
    rmSync(`${root}${CONFIG}`, { force: true });
  }
}
