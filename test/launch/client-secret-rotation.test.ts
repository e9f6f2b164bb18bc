import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { revento } from "../../src/grants/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { testWorld } from "../support/grants.ts";
import { testSettings } from "../support/settings.ts";
import { passTime, startTime } from "../support/time.ts";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

test("while Revento has a client secret that we do not have yet, no connection is lost; afterwards it goes on", async () => {
  const emulator = startEmulator();
  const key = { eventId: emulator.eventId, organizationId: emulator.organizationId };
  await emulator.connect();
  emulator.actions.rotateClientSecret("a-secret-that-nobody-told-us");
  passTime(50 * 60_000);
  expect((await revento(testWorld(), key, "interactive").event()).ok).toBe(true);
  passTime(30 * 60_000);
  expect((await revento(testWorld(), key, "interactive").event()).ok).toBe(false);
  expect(await findConnection(testWorld(), key)).toMatchObject({ status: "active" });
  emulator.actions.rotateClientSecret(testSettings.REVENTO_CLIENT_SECRET);
  passTime(10 * 60_000);
  expect((await revento(testWorld(), key, "interactive").event()).ok).toBe(true);
});
