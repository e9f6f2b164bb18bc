import { afterEach, expect, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { revento, reventoAsUser } from "../../src/grants/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant, signIn, testWorld, withCustody } from "../support/grants.ts";

afterEach(() => {
  vi.useRealTimers();
});

const HOUR_MS = 3_600_000;

function passTime(ms: number): void {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(now + ms);
}

test("a connected event is read through its grant's object", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const event = await revento(testWorld(), opened, "interactive").event();
  expect(event).toMatchObject({ ok: true, value: { id: emulator.eventId } });
  const page = await revento(testWorld(), opened, "sync").participants({ limit: 10 });
  expect(page).toMatchObject({ ok: true, value: { has_more: true } });
});

test("50 calls at the moment of expiry make exactly one refresh", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  const before = emulator.count("POST /oauth/token");
  const results = await Promise.all(
    Array.from({ length: 50 }, () => revento(testWorld(), opened, "interactive").event()),
  );
  expect(emulator.count("POST /oauth/token") - before).toBe(1);
  const outcomes = results.map((result) => (result.ok ? "served" : result.failure.kind));
  expect(outcomes.filter((outcome) => outcome === "served").length).toBeGreaterThanOrEqual(25);
  expect(outcomes.filter((outcome) => outcome !== "served" && outcome !== "throttled")).toEqual([]);
  const connection = await findConnection(testWorld(), opened);
  expect(connection).toMatchObject({ status: "active", keyId: "test-2" });
});

test("a person's grant reads the person's own data", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  const user = await signIn(emulator);
  expect(await reventoAsUser(testWorld(), user).profile()).toMatchObject({ ok: true });
  expect(await reventoAsUser(testWorld(), user).application()).toMatchObject({ ok: true });
});

test("the object knows its name", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const name = await withCustody(opened, (_, state) => state.id.name);
  expect(name).toBe(`installation/${opened.eventId}/${opened.organizationId}`);
});
