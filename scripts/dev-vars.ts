import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

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

/** Writes `.dev.vars` with random local secrets where it is missing. An existing file is never touched. */
export function ensureDevVars(file: string): boolean {
  if (existsSync(file)) return false;
  const lines = Object.entries(localSecrets()).map(([key, value]) => `${key}='${value}'`);
  const head =
    "# Written by `npm start`: random secrets for this machine only. Delete the file to get new ones.";
  writeFileSync(file, [head, ...lines, ""].join("\n"), { mode: 0o600 });
  return true;
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
