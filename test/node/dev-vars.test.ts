import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureDevVars, readDevVars } from "../../scripts/dev-vars.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "revento-dev-vars-"));
  file = join(folder, ".dev.vars");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a missing file is written, readable by its owner alone; the second time nothing changes", () => {
  expect(ensureDevVars(file)).toContain("OPERATOR_TOKEN");
  expect(statSync(file).mode & 0o077).toBe(0);
  const text = readFileSync(file, "utf8");
  expect(readDevVars(file).OPERATOR_TOKEN?.length).toBeGreaterThanOrEqual(32);
  expect(ensureDevVars(file)).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a file that somebody began keeps what it has, and gets the secrets that it lacks", () => {
  const own = "HANDLER_SHEET_URL=http://localhost:9000\nSESSION_KEY='mine'";
  writeFileSync(file, own);
  expect(ensureDevVars(file)).not.toContain("SESSION_KEY");
  expect(readFileSync(file, "utf8").startsWith(`${own}\n`)).toBe(true);
  expect(readDevVars(file)).toMatchObject({
    SESSION_KEY: "mine",
    TOKEN_KEYS: expect.stringContaining("local-1"),
  });
});
