import { exports } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { revento, reventoAsUser } from "../../src/grants/index.ts";
import { createLogger } from "../../src/lib/log.ts";
import { api } from "../support/api.ts";
import { callUntilSettled } from "../support/crash.ts";
import { startEmulator } from "../support/emulator.ts";
import { signIn, testWorld, withCustody } from "../support/grants.ts";
import { dumpDatabase, leaksIn, scanForSecrets, secrets } from "../support/secrets.ts";
import { testSettings } from "../support/settings.ts";
import { passTime, startTime } from "../support/time.ts";

const HOUR_MS = 3_600_000;

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

test("a whole life, with faults: no secret in any page, answer, log line, row, or unsealed in the object", async () => {
  const emulator = startEmulator();
  const shown: string[] = [];
  const { response } = await emulator.connect();
  shown.push(await response.text(), JSON.stringify([...response.headers]));
  const key = { eventId: emulator.eventId, organizationId: emulator.organizationId };
  const world = testWorld({ log: createLogger() });
  const call = () => revento(world, key, "interactive").event();
  for (const kind of ["malformed_json", "error", "close"]) {
    passTime(HOUR_MS);
    emulator.settings.refresh_mode = "grace-until-used";
    emulator.faults.add({ kind, match: { endpoint: "refresh" }, count: 1 });
    emulator.faults.add({ kind, match: { endpoint: "api" }, count: 1 });
    shown.push(JSON.stringify(await call()), JSON.stringify(await callUntilSettled(call)));
  }
  const user = await signIn(emulator);
  shown.push(JSON.stringify(await reventoAsUser(world, user).profile()));
  const path = `/connections/${key.eventId}/${key.organizationId}`;
  for (const page of [path, `${path}/timeline`, "/connections", "/metrics", "/seals"]) {
    shown.push(JSON.stringify(await api("GET", page)));
  }
  for (const page of ["/", "/ops", "/connect", `/organizations/${key.organizationId}`]) {
    const answer = await exports.default.fetch(`${testSettings.PUBLIC_URL}${page}`, { redirect: "manual" });
    shown.push(await answer.text());
  }
  emulator.actions.disconnect(key.eventId);
  shown.push(JSON.stringify(await call()));
  const stored = await withCustody(key, (_, { storage }) => JSON.stringify([...storage.kv.list()]));
  expect(secrets.size).toBeGreaterThan(12);
  expect(leaksIn([...shown, stored, await dumpDatabase()].join("\n"))).toEqual([]);
  await scanForSecrets();
});

test("the scanner finds what it is for", async () => {
  const emulator = startEmulator();
  await emulator.connect();
  const [token = ""] = [...secrets].filter((secret) => secret.startsWith("rev_install_"));
  expect(leaksIn(`a line with ${token} in it`)).toEqual(["rev_inst…"]);
});
