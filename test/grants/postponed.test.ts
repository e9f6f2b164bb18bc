import { abortAllDurableObjects } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OpenedConnection } from "../../src/connections/index.ts";
import { nextAlarm, postpone, postponedUntil } from "../../src/grants/decide.ts";
import { revento } from "../../src/grants/index.ts";
import { EMPTY, type HeldGrant } from "../../src/grants/state.ts";
import { callUntilSettled } from "../support/crash.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { connectGrant, testWorld, withCustody } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

/** From now on the token endpoint takes no more. @returns how often it was asked. */
function limitTokens(emulator: TestEmulator, headers: Record<string, string> = {}): () => number {
  let asked = 0;
  emulator.intercept = ({ url }) => {
    if (!url.endsWith("/oauth/token")) return undefined;
    asked += 1;
    return Response.json({ error: "rate_limit_exceeded" }, { status: 429, headers });
  };
  return () => asked;
}

const call = (opened: OpenedConnection) => revento(testWorld(), opened, "interactive").event();

async function waitOf(opened: OpenedConnection): Promise<number> {
  const result = await call(opened);
  if (result.ok || result.failure.kind !== "throttled") throw new Error(JSON.stringify(result));
  return result.failure.retryInS;
}

test("the time that the token endpoint named is kept, however often the object starts anew", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  const asked = limitTokens(emulator, { "Retry-After": "600" });
  expect(await waitOf(opened)).toBeGreaterThanOrEqual(600);
  for (let start = 0; start < 3; start++) {
    await abortAllDurableObjects();
    passTime(3 * MINUTE_MS);
    expect(await waitOf(opened)).toBeLessThanOrEqual(600);
  }
  expect(asked()).toBe(1);
  emulator.intercept = () => undefined;
  passTime(2 * MINUTE_MS);
  expect(await call(opened)).toMatchObject({ ok: true });
  expect(await withCustody(opened, ({ state }) => state.postponed)).toBeNull();
});

test("a token endpoint that names no time is asked ever less often, up to every few minutes", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  limitTokens(emulator);
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    const wait = await waitOf(opened);
    waits.push(wait);
    passTime(wait * 1_000);
    if (round % 2 === 1) await abortAllDurableObjects();
  }
  expect(waits[0]).toBeLessThanOrEqual(15);
  for (const [round, least] of [10, 20, 40, 80, 160, 300, 300, 300].entries()) {
    expect(waits[round]).toBeGreaterThanOrEqual(least);
    expect(waits[round]).toBeLessThanOrEqual(1.5 * least + 1);
  }
});

test("a new life does not wait for what put off the refresh of the old one", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  limitTokens(emulator, { "Retry-After": "3600" });
  await waitOf(opened);
  emulator.intercept = () => undefined;
  const again = await connectGrant(emulator);
  passTime(HOUR_MS - 3_000);
  expect(await call(again)).toMatchObject({ ok: true });
  expect(await withCustody(opened, ({ state }) => state.held?.rotation)).toBe(2);
});

test("an intent that was open stays open while its refresh is put off: a later refusal blames nobody", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  emulator.faults.add({ kind: "close", match: { endpoint: "refresh" }, params: { work: "after" }, count: 1 });
  await waitOf(opened);
  passTime(2 * MINUTE_MS);
  const asked = limitTokens(emulator, { "Retry-After": "600" });
  await waitOf(opened);
  await abortAllDurableObjects();
  expect(await withCustody(opened, ({ state }) => state)).toMatchObject({
    held: { rotation: 1 },
    intent: { rotation: 2 },
    postponed: { strikes: 1 },
  });
  passTime(5 * MINUTE_MS);
  await waitOf(opened);
  expect(asked()).toBe(1);
  emulator.intercept = () => undefined;
  passTime(6 * MINUTE_MS);
  expect(await callUntilSettled(() => call(opened))).toMatchObject({
    ok: false,
    failure: { kind: "not_connected", reason: "lost_rotation" },
  });
});

test("a state that an earlier version stored is read, and puts nothing off", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  await withCustody(opened, (_, { storage }) => {
    const { postponed: _postponed, ...earlier } = storage.kv.get<typeof EMPTY>("grant") ?? EMPTY;
    storage.kv.put("grant", earlier);
  });
  await abortAllDurableObjects();
  passTime(HOUR_MS);
  expect(await call(opened)).toMatchObject({ ok: true });
});

test("no wait outlasts the refresh token, and a clock that went back ends it", () => {
  const held = { refreshExpiresAt: 20 * MINUTE_MS } as HeldGrant;
  const hour = { status: 429, retryAfterS: 3_600 };
  const until = (now: number) => postpone(held, null, hour, now, 0).until - now;
  expect([0, 10 * MINUTE_MS, 19.9 * MINUTE_MS].map(until)).toEqual([10 * MINUTE_MS, 5 * MINUTE_MS, 10_000]);
  expect(until(21 * MINUTE_MS)).toBe(HOUR_MS);
  const postponed = postpone({ ...held, refreshExpiresAt: 90 * DAY_MS }, null, hour, DAY_MS, 0);
  expect([DAY_MS, DAY_MS + HOUR_MS, DAY_MS - 1].map((now) => postponedUntil(postponed, now))).toEqual([
    DAY_MS + HOUR_MS,
    null,
    null,
  ]);
});

test("another refusal than for too many calls waits a minute, each time", () => {
  const held = { refreshExpiresAt: 90 * DAY_MS } as HeldGrant;
  const refused = { status: 401, retryAfterS: null };
  const first = postpone(held, null, refused, 0, 0);
  const third = postpone(held, { ...first, strikes: 2 }, refused, 0, 0);
  expect([first, third]).toEqual([
    { at: 0, until: MINUTE_MS, strikes: 1 },
    { at: 0, until: MINUTE_MS, strikes: 3 },
  ]);
});

test("the alarm comes back when the refresh may be asked again", () => {
  const held = {
    identity: { kind: "installation", eventId: "evt_1", organizationId: "org_1" },
    issuedAt: 0,
    refreshAt: 40 * MINUTE_MS,
    refreshExpiresAt: 90 * DAY_MS,
    endsAt: 365 * DAY_MS,
    isCopied: true,
  } as HeldGrant;
  const now = 41 * MINUTE_MS;
  const postponed = { at: now, until: now + 20 * MINUTE_MS, strikes: 1 };
  expect(nextAlarm({ ...EMPTY, held, postponed }, now, now)).toBe(postponed.until);
  expect(nextAlarm({ ...EMPTY, held, postponed }, now, postponed.until)).toBe(postponed.until + MINUTE_MS);
});
