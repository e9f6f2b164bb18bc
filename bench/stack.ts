import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";
import { testSettings } from "../test/support/settings.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface Stack {
  /** Where workerd itself listens for the Worker: neither `wrangler dev` nor a proxy of Node stands between. */
  readonly url: string;
  /** The same for the Worker that only verifies a signature: what the platform and the load cost. */
  readonly floorUrl: string;
  readonly secret: string;
  stop(): Promise<void>;
}

/** One file of JavaScript, bundled and minified as `npm run build` does it. */
async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["node:*", "cloudflare:*"],
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`${entry} was not bundled`);
  return file.text;
}

async function migrate(database: {
  batch(statements: unknown[]): Promise<unknown>;
  prepare(sql: string): unknown;
}): Promise<void> {
  const files = readdirSync(`${root}migrations`).filter((name) => name.endsWith(".sql"));
  for (const file of files.sort()) {
    const statements = unstable_splitSqlQuery(readFileSync(`${root}migrations/${file}`, "utf8"));
    await database.batch(statements.map((sql) => database.prepare(sql)));
  }
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
  const { workerOptions } = unstable_getMiniflareWorkerOptions(`${root}wrangler.toml`);
  // Static files are served ahead of the Worker, by a Worker of their own: nothing that is measured here.
  const { assets: _assets, modulesRules: _rules, ...options } = workerOptions;
  const unsafeDirectSockets = [{ host: "127.0.0.1", port: 0 }];
  const module = async (entry: string) => ({
    modules: [{ type: "ESModule" as const, path: "entry.js", contents: await bundle(entry) }],
  });
  const integration: V4WorkerOptions = {
    ...options,
    ...(await module("bench/worker/entry.ts")),
    name: "integration",
    bindings: { ...(options.bindings as Record<string, string>), ...settings },
    ...(hasConsumers ? {} : { queueConsumers: {} }),
    unsafeDirectSockets,
  };
  const floor: V4WorkerOptions = {
    ...(await module("bench/worker/floor.ts")),
    name: "floor",
    compatibilityDate: String(options.compatibilityDate),
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
      workers: [integration, floor],
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
