import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { cronsOf } from "../../../scripts/cron-clock.ts";
import { bundleFor, integrationOf, migrate, migrationFiles } from "./workerd.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A place in a file of the project that a build has otherwise. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Builds with other words in a file. A place that is not there any more is an error: the defect would not be planted. */
const changing = (changes: readonly Change[]): Plugin => ({
  name: "changing",
  setup({ onLoad }) {
    onLoad({ filter: /./ }, ({ path }) => {
      const change = changes.find(({ file }) => path === `${root}${file}`);
      if (change === undefined) return undefined;
      const text = readFileSync(path, "utf8");
      if (!text.includes(change.from)) throw new Error(`${change.file} has no ${change.from}`);
      const contents = text.replace(change.from, () => change.to);
      return { contents, loader: path.endsWith(".json") ? "json" : "ts" };
    });
  },
});

export interface Instance {
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Fires every cron of `wrangler.toml` once. `wrangler dev` has another address for it, which the preflight knows. */
  fireCrons(): Promise<void>;
  /** A statement on its database. */
  sql(statement: string, ...values: readonly (string | number)[]): Promise<void>;
  stop(): Promise<void>;
}

export interface SetUp {
  readonly settings: Readonly<Record<string, string>>;
  readonly changes?: readonly Change[];
  /** How far its clock is ahead, in ms. */
  readonly ahead?: number;
  readonly withoutConsumer?: string;
  readonly withoutMigration?: string;
}

/** Applies migrations and writes down which, as `wrangler d1 migrations apply` does. */
async function migrateAs(
  database: Awaited<ReturnType<Miniflare["getD1Database"]>>,
  withoutMigration?: string,
): Promise<void> {
  const files = migrationFiles().filter((file) => file !== withoutMigration);
  await migrate(database, files);
  await database.exec(
    "CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE, applied_at TEXT)",
  );
  const insert = database.prepare("INSERT INTO d1_migrations (name, applied_at) VALUES (?, '')");
  await database.batch(files.map((file) => insert.bind(file)));
}

/** The integration in a workerd of its own: as it is, or with whatever is wrong in its build or in how it was set up. */
export async function startInstance({
  settings,
  changes = [],
  ahead = 0,
  withoutConsumer,
  withoutMigration,
}: SetUp): Promise<Instance> {
  const script = await bundleFor("src/index.ts", {
    plugins: [changing(changes)],
    banner: { js: `Date.now = ((now) => () => now() + ${ahead})(Date.now);` },
  });
  // By way of the platform's entry, which is where crons are fired by hand.
  const { unsafeDirectSockets: _direct, ...integration } = integrationOf(script, settings);
  const queues = Object.keys(integration.queueConsumers ?? {}).filter((queue) => queue !== withoutConsumer);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => undefined,
      unsafeTriggerHandlers: true,
      workers: [
        {
          ...integration,
          // No batch waits for company: there is little else in these queues.
          queueConsumers: Object.fromEntries(queues.map((queue) => [queue, { maxBatchTimeout: 0 }])),
        },
      ],
    }),
  );
  const database = await miniflare.getD1Database("DB", "integration");
  await migrateAs(database, withoutMigration);
  const url = (await miniflare.ready).origin;
  return {
    url,
    settings,
    async fireCrons() {
      for (const cron of cronsOf(readFileSync(`${root}wrangler.toml`, "utf8"))) {
        await (await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`)).text();
      }
    },
    async sql(statement, ...values) {
      await database
        .prepare(statement)
        .bind(...values)
        .run();
    },
    stop: () => miniflare.dispose(),
  };
}

/** A server that answers everything with this status, and with its time. */
export async function startServer(status: number): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
