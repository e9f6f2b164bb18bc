import { exports } from "cloudflare:workers";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { revento } from "../../src/grants/index.ts";
import { createBrowser } from "../support/browser.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { testWorld } from "../support/grants.ts";
import { signInAsParticipant } from "../support/person.ts";
import { testSettings } from "../support/settings.ts";
import { passTime, startTime } from "../support/time.ts";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

/** Everything that is written to the log until the test is over. */
function captureLog(): { readonly text: () => string } {
  const lines: string[] = [];
  const write = (...parts: unknown[]): void => {
    lines.push(parts.map((part) => (part instanceof Error ? `${part.stack}` : String(part))).join(" "));
  };
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    const spy = vi.spyOn(console, method).mockImplementation(write);
    onTestFinished(() => spy.mockRestore());
  }
  return { text: () => lines.join("\n") };
}

const SECRETS = [
  testSettings.REVENTO_CLIENT_SECRET,
  testSettings.REVENTO_WEBHOOK_SECRET,
  testSettings.REVENTO_WEBHOOK_SECRET_PREVIOUS,
  testSettings.SESSION_KEY,
  testSettings.OPERATOR_TOKEN,
];

/** What a day brings: sign-ins, calls, a refresh, faults of every kind, forged webhooks, an end. */
async function liveThrough(emulator: TestEmulator): Promise<void> {
  const world = testWorld();
  const key = { eventId: emulator.eventId, organizationId: emulator.organizationId };
  await emulator.connect();
  await signInAsParticipant(emulator, createBrowser());
  await revento(world, key, "interactive").event();
  passTime(2 * 3_600_000);
  await revento(world, key, "interactive").event();
  emulator.intercept = () => new Response("{", { status: 200 });
  await revento(world, key, "interactive").event();
  emulator.intercept = () => new Response("no", { status: 500 });
  passTime(2 * 3_600_000);
  await revento(world, key, "probe").event();
  emulator.intercept = () => undefined;
  for (const headers of [{}, { "x-revento-signature": "sha256=00" }]) {
    const url = `${testSettings.PUBLIC_URL}/webhooks/revento`;
    await (await exports.default.fetch(url, { method: "POST", headers, body: "{}" })).text();
  }
  const callback = `${testSettings.PUBLIC_URL}/connect/callback?code=a-code-from-nowhere&state=made-up`;
  await (await exports.default.fetch(callback)).text();
  emulator.actions.disconnect(emulator.eventId);
  await emulator.deliverDue();
  await revento(world, key, "interactive").event();
}

test("whatever happens, no token, code, verifier or secret is logged", async () => {
  const log = captureLog();
  const emulator = startEmulator();
  await liveThrough(emulator);
  const text = log.text();
  expect(text.length).toBeGreaterThan(0);
  expect(emulator.secrets.size).toBeGreaterThan(6);
  for (const secret of [...emulator.secrets, ...SECRETS, "a-code-from-nowhere"])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/rev_(install|refresh|user|code)_\w{5,}/);
  expect(text).not.toMatch(/eyJhbGciOiJkaXIi/);
});
