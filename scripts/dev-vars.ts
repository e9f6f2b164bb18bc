import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const token = (bytes: number): string => randomBytes(bytes).toString("base64url");

/** Random secrets for one laptop. The emulator and the Worker read the same file. */
function localSecrets(): Record<string, string> {
  return {
    REVENTO_CLIENT_ID: `local_${token(6)}`,
    REVENTO_CLIENT_SECRET: token(32),
    REVENTO_WEBHOOK_SECRET: token(32),
    TOKEN_KEYS: JSON.stringify([{ kid: "local-1", key: token(32) }]),
    SESSION_KEY: token(32),
    OPERATOR_TOKEN: token(32),
  };
}

const HEAD = "# Written by `npm start`: random secrets for this machine only. Delete them to get new ones.";

/**
 * Gives `.dev.vars` the random local secrets that it lacks: the whole file where there is none. What stands in it is
 * never touched.
 * @returns the keys that were written
 */
export function ensureDevVars(file: string): readonly string[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const known = parseVars(text);
  const missing = Object.entries(localSecrets()).filter(([key]) => known[key] === undefined);
  if (missing.length === 0) return [];
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  const lines = missing.map(([key, value]) => `${key}='${value}'`);
  appendFileSync(file, [`${gap}${HEAD}`, ...lines, ""].join("\n"), { mode: 0o600 });
  return missing.map(([key]) => key);
}

/** The settings of a `.dev.vars` file: `KEY=value` a line, quotes optional, `#` begins a comment line. */
export const readDevVars = (file: string): Record<string, string> => parseVars(readFileSync(file, "utf8"));

export function parseVars(text: string): Record<string, string> {
  const entries = text
    .split("\n")
    .map((line) => /^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, key = "", value = ""]) => [key, value.replace(/^(['"])(.*)\1$/, "$2")] as const);
  return Object.fromEntries(entries);
}
