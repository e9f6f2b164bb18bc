import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureDevVars } from "../../scripts/dev-vars.ts";
import { type Copy, copyCheckout, type Started, startCopy } from "./support/copy.ts";

/** Less than the 90 s after which a silent Worker is given up. */
const SOON_MS = 75_000;

let copy: Copy;
let started: Started | undefined;

beforeEach(() => {
  copy = copyCheckout();
});

afterEach(async () => {
  await started?.stop();
  started = undefined;
  copy.remove();
});

async function refusal(flags: readonly string[] = []): Promise<string> {
  const began = Date.now();
  started = await startCopy(copy, flags);
  expect(await started.ended).toBe(1);
  expect(Date.now() - began).toBeLessThan(SOON_MS);
  return started.output();
}

test("a public address without a scheme stops it at once, by the setting's name", async () => {
  const told = await refusal(["--public", "localhost:9102"]);
  expect(told).toContain("PUBLIC_URL: must be an origin such as https://integration.example.com");
  expect(told).not.toContain("did not answer");
});

test("malformed settings in a file are named together, and so is the file", async () => {
  const file = join(copy.folder, "own.vars");
  writeFileSync(file, "TOKEN_KEYS='[]'\nALERT_RULES='[{}]'\n");
  ensureDevVars(file);
  const told = await refusal(["--dev-vars", file]);
  expect(told).toMatch(/TOKEN_KEYS: must be a JSON array.*ALERT_RULES: must be a JSON array of alert rules/);
  expect(told).toContain(`Correct them in ${file}`);
});

test("code that cannot be built stops it at once with the place", async () => {
  copy.change("src/app.ts", "export function createApp", "const broken = ;\nexport function createApp");
  const told = await refusal();
  expect(told).toContain('Unexpected ";"');
  expect(told).toMatch(/src\/app\.ts:\d+:\d+/);
  expect(told).not.toContain("[worker]");
});
