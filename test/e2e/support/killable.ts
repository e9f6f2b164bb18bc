/**
 * The Worker in a workerd of its own, with storage that outlives it: a process to be killed. Arguments: folder of the
 * storage, how far its clock is ahead in ms, URL for its handlers. Prints its URL as soon as it serves.
 */
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { bundleFor, integrationOf, migrate } from "../../node/support/workerd.ts";
import { testSettings } from "../../support/settings.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const [persist = "", ahead = "0", receiver = ""] = process.argv.slice(2);

const ownHandlers: Plugin = {
  name: "own-handlers",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/handlers\.ts$/ }, () => ({ path: `${root}test/support/killed/handlers.ts` }));
  },
};

const script = await bundleFor("test/support/killed/entry.ts", {
  plugins: [ownHandlers],
  // Time that passed while nothing ran.
  banner: { js: `Date.now = ((now) => () => now() + ${Number(ahead)})(Date.now);` },
});
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    log: new Log(LogLevel.ERROR),
    resourcePersistencePath: persist,
    workers: [integrationOf(script, { ...testSettings, HANDLER_RECEIVER_URL: receiver })],
  }),
);
const database = await miniflare.getD1Database("DB", "integration");
const { results } = await database.prepare("SELECT name FROM sqlite_master WHERE name = 'outbox'").all();
if (results.length === 0) await migrate(database);
console.log(`serving ${(await miniflare.unsafeGetDirectURL("integration")).origin}`);
