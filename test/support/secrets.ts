import { env } from "cloudflare:workers";
import { testSettings } from "./settings.ts";

/** Every token, code and verifier that was issued or presented in this file's run, and the settings' own secrets. */
export const secrets = new Set<string>([
  testSettings.REVENTO_CLIENT_SECRET,
  testSettings.REVENTO_WEBHOOK_SECRET,
  testSettings.SESSION_KEY,
  testSettings.OPERATOR_TOKEN,
]);

/** Everything that was written to the console. */
const output: string[] = [];

/** Listens to the console; what is written goes on to where it went. */
export function listen(): void {
  for (const level of ["log", "info", "warn", "error", "debug"] as const) {
    const write = console[level].bind(console);
    console[level] = (...words: unknown[]) => {
      output.push(words.map(String).join(" "));
      write(...words);
    };
  }
}

/** The secrets that stand in a text, shortened: a report of a leak must not leak. */
export const leaksIn = (text: string): readonly string[] =>
  [...secrets].filter((secret) => text.includes(secret)).map((secret) => `${secret.slice(0, 8)}…`);

/** Every row of every table, as one text. */
export async function dumpDatabase(): Promise<string> {
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'",
  ).all<{ name: string }>();
  const dumps = tables.map(async ({ name }) => {
    const { results } = await env.DB.prepare(`SELECT * FROM "${name}"`).all();
    return results.map((row) => `${name} ${JSON.stringify(row)}`).join("\n");
  });
  return (await Promise.all(dumps)).join("\n");
}

/** Throws where a secret reached the console or the database. Runs after every file in workerd. */
export async function scanForSecrets(): Promise<void> {
  const lines = [...output, ...(await dumpDatabase()).split("\n")];
  const leaks = lines.flatMap((line) => leaksIn(line).map((secret) => `${secret} in: ${line.slice(0, 80)}`));
  if (leaks.length > 0) throw new Error(`secrets leaked:\n${leaks.join("\n")}`);
}
