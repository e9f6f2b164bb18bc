import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import {
  bundleFor,
  integrationOf,
  migrate,
  moduleOf,
  unsafeDirectSockets,
} from "../test/node/support/workerd.ts";
import { testSettings } from "../test/support/settings.ts";

export interface Stack {
  /** Where workerd itself listens for the Worker: neither `wrangler dev` nor a proxy of Node stands between. */
  readonly url: string;
  /** The same for the Worker that only verifies a signature: what the platform and the load cost. */
  readonly floorUrl: string;
  readonly secret: string;
  stop(): Promise<void>;
}

interface Options {
  /** False keeps what is queued from being consumed: consumers would share the cores with what is measured. */
  readonly hasConsumers?: boolean;
  readonly settings?: Record<string, string>;
}

/** The Worker of `wrangler.toml` with the benchmark's entry: real workerd, its queues, a fresh migrated database. */
export async function startStack({
  hasConsumers = true,
  settings = testSettings,
}: Options = {}): Promise<Stack> {
  const bundle = (entry: string) => bundleFor(entry, { minify: true });
  const integration = integrationOf(await bundle("bench/worker/entry.ts"), settings);
  const floor: V4WorkerOptions = {
    ...moduleOf(await bundle("bench/worker/floor.ts")),
    name: "floor",
    compatibilityDate: String(integration.compatibilityDate),
    bindings: settings,
    queueProducers: { WEBHOOKS: { queueName: "floor" } },
    unsafeDirectSockets,
  };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.ERROR),
      // Lines of the log are read and dropped: printing them would cost this process what it needs for the load.
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error") console.error(message);
      },
      workers: [hasConsumers ? integration : { ...integration, queueConsumers: {} }, floor],
    }),
  );
  try {
    await migrate(await miniflare.getD1Database("DB", "integration"));
    const url = async (worker: string) => (await miniflare.unsafeGetDirectURL(worker)).origin;
    return {
      url: await url("integration"),
      floorUrl: await url("floor"),
      secret: settings.REVENTO_WEBHOOK_SECRET ?? "",
      stop: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}
