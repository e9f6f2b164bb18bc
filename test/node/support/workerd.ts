import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import type { V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** One file of JavaScript for workerd, from an entry below the project's folder. */
export async function bundleFor(entry: string, more: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["node:*", "cloudflare:*"],
    ...more,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`${entry} was not bundled`);
  return file.text;
}

export const moduleOf = (contents: string) => ({
  modules: [{ type: "ESModule" as const, path: "entry.js", contents }],
});

/** Workerd listens for the Worker itself, on a port of its choice: no proxy of Node stands between. */
export const unsafeDirectSockets = [{ host: "127.0.0.1", port: 0 }];

/**
 * The Worker of `wrangler.toml` with a script of one's own. Static files are left out: they are served ahead of the
 * Worker, by a Worker of their own.
 */
export function integrationOf(contents: string, bindings: Record<string, string>): V4WorkerOptions {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(`${root}wrangler.toml`);
  const { assets: _assets, modulesRules: _rules, ...options } = workerOptions;
  return {
    ...options,
    ...moduleOf(contents),
    name: "integration",
    bindings: { ...(options.bindings as Record<string, string>), ...bindings },
    unsafeDirectSockets,
  };
}

interface Database {
  batch(statements: unknown[]): Promise<unknown>;
  prepare(sql: string): unknown;
}

/** In the order in which they are applied. */
export const migrationFiles = (): readonly string[] =>
  readdirSync(`${root}migrations`)
    .filter((name) => name.endsWith(".sql"))
    .sort();

/** Applies every migration to an empty database. */
export async function migrate(database: Database, files = migrationFiles()): Promise<void> {
  for (const file of files) {
    const statements = unstable_splitSqlQuery(readFileSync(`${root}migrations/${file}`, "utf8"));
    await database.batch(statements.map((sql) => database.prepare(sql)));
  }
}
