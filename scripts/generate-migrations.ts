/**
 * Generates SQL in `migrations/` from `src/db/schema.ts`: drizzle-kit writes it, then the tables below become
 * `WITHOUT ROWID`, which drizzle has no word for. `--fresh` replaces all by one first migration (before the first
 * release only).
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFlags } from "./flags.ts";
import { tablesModule } from "./tables-module.ts";

const flags = readFlags({ options: { fresh: { type: "boolean" } } });

/** Text keys and many rows: an insert writes one row instead of two. */
const withoutRowid = [
  "counters",
  "cron_runs",
  "trials",
  "guards",
  "grant_copies",
  "participants",
  "resources",
  "state_changes",
  "check_ins",
  "run_pages",
  "runs",
  "deliveries",
  "calls",
  "jobs",
  "caches",
  "handler_storage",
  "handler_leases",
  "handler_circuits",
  "oauth_flows",
  "sessions",
  "user_grants",
  "signals",
  "platform_state",
  "sign_in_failures",
];

const folder = new URL("../migrations/", import.meta.url);
if (flags.fresh === true) {
  for (const name of readdirSync(folder)) rmSync(new URL(name, folder), { recursive: true });
}
const isFresh = readdirSync(folder).length === 0;
execFileSync("npx", ["drizzle-kit", "generate", ...(isFresh ? ["--name", "initial"] : [])], {
  stdio: "inherit",
});

for (const name of readdirSync(folder).filter((file) => file.endsWith(".sql"))) {
  const file = new URL(name, folder);
  // A table ends before the next semicolon: one that has its words already must not lend its name to the next.
  const sql = readFileSync(file, "utf8").replace(
    /CREATE TABLE `(\w+)` \(([^;]*?)\n\);/g,
    (whole, table: string, body: string) =>
      withoutRowid.includes(table) ? `CREATE TABLE \`${table}\` (${body}\n) WITHOUT ROWID;` : whole,
  );
  writeFileSync(file, sql);
}

writeFileSync(new URL("../src/db/tables.ts", import.meta.url), tablesModule());
execFileSync("npx", ["biome", "format", "--write", "src/db/tables.ts"], { stdio: "ignore" });
