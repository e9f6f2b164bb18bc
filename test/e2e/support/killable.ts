/**
 * The Worker in a workerd of its own, with storage that outlives it: a process to be killed. Arguments: folder of the
 * storage, how far its clock is ahead in ms, URL for its handlers. Prints its URL as soon as it serves.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";
import { testSettings } from "../../support/settings.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const [persist = "", ahead = "0", receiver = ""] = process.argv.slice(2);

const ownHandlers: Plugin = {
  name: "own-handlers",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/handlers\.ts$/ }, () => ({ path: `${root}test/support/killed/handlers.ts` }));
  },
};

const { outputFiles } = await build({
  entryPoints: [`${root}test/support/killed/entry.ts`],
  bundle: true,
  write: false,
  format: "esm",
  target: "es2024",
  conditions: ["workerd", "worker", "browser"],
  mainFields: ["browser", "module", "main"],
  external: ["node:*", "cloudflare:*"],
  plugins: [ownHandlers],
  // Time that passed while nothing ran.
  banner: { js: `Date.now = ((now) => () => now() + ${Number(ahead)})(Date.now);` },
});
const { workerOptions } = unstable_getMiniflareWorkerOptions(`${root}wrangler.toml`);
const { assets: _assets, modulesRules: _rules, ...options } = workerOptions;
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    log: new Log(LogLevel.ERROR),
    resourcePersistencePath: persist,
    workers: [
      {
        ...options,
        name: "integration",
        modules: [{ type: "ESModule", path: "entry.js", contents: outputFiles[0]?.text ?? "" }],
        bindings: {
          ...(options.bindings as Record<string, string>),
          ...testSettings,
          HANDLER_RECEIVER_URL: receiver,
        },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  }),
);
const database = await miniflare.getD1Database("DB", "integration");
const { results } = await database.prepare("SELECT name FROM sqlite_master WHERE name = 'outbox'").all();
if (results.length === 0) {
  const files = readdirSync(`${root}migrations`).filter((name) => name.endsWith(".sql"));
  for (const file of files.sort()) {
    const statements = unstable_splitSqlQuery(readFileSync(`${root}migrations/${file}`, "utf8"));
    await database.batch(statements.map((sql) => database.prepare(sql)));
  }
}
console.log(`serving ${(await miniflare.unsafeGetDirectURL("integration")).origin}`);
