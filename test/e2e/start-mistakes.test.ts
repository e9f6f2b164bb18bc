import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Copy, copyCheckout, type Started, startCopy } from "./support/copy.ts";

/** Each test starts it, some twice; a machine that is busy needs long for that. */
vi.setConfig({ testTimeout: 240_000 });

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
  started = await startCopy(copy, flags);
  expect(await started.ended).toBe(1);
  // What it says after 90 s, when it has given up.
  expect(started.output()).not.toContain("did not answer");
  return started.output();
}

test("a public address without a scheme stops it at once, by the setting's name", async () => {
  const told = await refusal(["--public", "localhost:9102"]);
  expect(told).toContain("PUBLIC_URL: must be an origin such as https://integration.example.com");
});

test("malformed settings in a file are named together, and so is the file", async () => {
  const file = join(copy.folder, "own.vars");
  writeFileSync(file, "TOKEN_KEYS='[]'\nALERT_RULES='[{}]'\n");
  const told = await refusal(["--dev-vars", file]);
  expect(told).toContain(`Wrote random secrets for this machine into ${file}`);
  expect(told).toMatch(/TOKEN_KEYS: must be a JSON array.*ALERT_RULES: must be a JSON array of alert rules/);
  expect(told).toContain(`Correct them in ${file}`);
  expect(told).not.toContain(".dev.vars");
});

test("code that cannot be built stops it at once with the place", async () => {
  copy.change("src/app.ts", "export function createApp", "const broken = ;\nexport function createApp");
  const told = await refusal();
  expect(told).toContain('Unexpected ";"');
  expect(told).toMatch(/src\/app\.ts:\d+:\d+/);
  expect(told).not.toContain("[worker]");
});

test("a manifest that is wrong from the beginning stops it with the check's lines alone", async () => {
  copy.change("src/manifest.ts", '"event.updated"', '"event.updted"');
  const told = await refusal();
  expect(told).toContain("manifest: unknown event type event.updted");
  expect(told).not.toMatch(/workerd|Applying|\n\s+at /);
});

test("a mistake while it runs leaves the emulator as it is, and mending it brings the integration back", async () => {
  const run = await startCopy(copy);
  started = run;
  await run.waitFor("Ready.\n");
  const events = async () => await (await fetch(`${run.emulatorUrl}/_emulator/state/events`)).text();
  const before = await events();
  // What Revento has on record is what the manifest says.
  expect(await (await fetch(`${run.emulatorUrl}/integration`)).text()).toContain("Revento Integration");
  copy.change("src/manifest.ts", '"event.updated"', '"event.updted"');
  await run.waitFor("manifest: unknown event type event.updted");
  await run.waitFor("The emulator goes on");
  copy.change("src/manifest.ts", '"event.updted"', '"event.updated" event');
  await run.waitFor("src/manifest.ts:");
  expect(run.output()).not.toMatch(/workerd binary|workers-sdk/);
  copy.change("src/manifest.ts", '"event.updated" event', '"event.updated"');
  await run.waitFor("The integration runs again");
  expect((await fetch(`${run.workerUrl}/healthz`)).status).toBe(200);
  expect(await events()).toBe(before);
});
