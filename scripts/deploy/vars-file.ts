import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readDevVars } from "../dev-vars.ts";
import type { SecretValues } from "./secret-values.ts";

export const readVarsFile = (file: string): SecretValues => (existsSync(file) ? readDevVars(file) : {});

/** Sets and deletes keys of a `KEY='value'` file; every other line stays. Readable by its owner alone. */
export function updateVarsFile(file: string, values: SecretValues, head: string): void {
  const before = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [head];
  const isChanged = (line: string): boolean => (/^\s*([A-Z0-9_]+)\s*=/.exec(line)?.[1] ?? "") in values;
  const set = Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}='${value}'`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Written beside it and renamed: a reader, such as `wrangler dev`, never sees half a file.
  writeFileSync(`${file}.new`, [...before.filter((line) => !isChanged(line)), ...set, ""].join("\n"), {
    mode: 0o600,
  });
  renameSync(`${file}.new`, file);
}
