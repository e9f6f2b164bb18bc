import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { ageOf, nextAlarm, refreshTime } from "../../src/grants/decide.ts";
import { ofUser } from "../../src/grants/identity.ts";
import { expiresOn, revento, reventoAsUser } from "../../src/grants/index.ts";
import { EMPTY, type HeldGrant } from "../../src/grants/state.ts";
import { wake } from "../../src/grants/wake.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant, signIn, testWorld, withCustody } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TOKEN = "POST /oauth/token";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

const held = (fields: Partial<HeldGrant> = {}): HeldGrant => ({
  identity: { kind: "installation", eventId: "evt_1", organizationId: "org_1" },
  connectionId: "c",
  generation: 1,
  rotation: 1,
  sealedAccess: "",
  sealedRefresh: "",
  keyId: "k",
  last4: "abcd",
  grantedScopes: [],
  askedScopes: [],
  issuedAt: 0,
  accessExpiresAt: HOUR_MS,
  refreshExpiresAt: 90 * DAY_MS,
  endsAt: 365 * DAY_MS,
  refreshAt: 43 * MINUTE_MS,
  connectedAt: 0,
  lifeStartedAt: 0,
  isCopied: true,
  ...fields,
});

test("a pair is refreshed 15 to 20 minutes ahead, one that lives short sooner", () => {
  expect(refreshTime(0, HOUR_MS, 0)).toBe(45 * MINUTE_MS);
  expect(refreshTime(0, HOUR_MS, 1)).toBe(40 * MINUTE_MS);
  expect(refreshTime(0, MINUTE_MS, 0)).toBe(45_000);
  expect([0, 44 * MINUTE_MS, HOUR_MS - 5_000].map((now) => ageOf(held(), now))).toEqual([
    "fresh",
    "early",
    "expired",
  ]);
});

test("the alarm: at the refresh while in use, hourly while idle, at once for what is to repair, never once told", () => {
  const state = { ...EMPTY, held: held() };
  const ended = { identity: held().identity, connectionId: "c", generation: 1, reason: null, at: 0 };
  expect(nextAlarm(state, MINUTE_MS, 2 * MINUTE_MS)).toBe(43 * MINUTE_MS);
  expect(nextAlarm(state, 0, 3 * HOUR_MS)).toBe(4 * HOUR_MS);
  expect(nextAlarm({ ...state, held: held({ isCopied: false }) }, 0, 0)).toBe(15_000);
  const intent = { generation: 1, rotation: 2, at: 0, hash: "" };
  expect(nextAlarm({ ...state, intent }, 0, 10_000)).toBe(75_000);
  expect(nextAlarm({ ...state, intent }, 50 * MINUTE_MS, 50 * MINUTE_MS)).toBe(50 * MINUTE_MS + 15_000);
  expect(nextAlarm(state, 50 * MINUTE_MS, 50 * MINUTE_MS)).toBe(51 * MINUTE_MS);
  expect(nextAlarm({ ...EMPTY, ended: { ...ended, isReported: false } }, 0, 0)).toBe(15_000);
  expect(nextAlarm({ ...EMPTY, ended: { ...ended, isReported: true } }, 0, 0)).toBeNull();
  expect(nextAlarm(EMPTY, 0, 0)).toBeNull();
});

/** Lets time pass hour by hour, and the alarm ring. */
async function live(
  key: { eventId: string; organizationId: string },
  ms: number,
  step: number,
): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    passTime(step);
    await withCustody(key, (custody) => wake(custody));
  }
}

test("a grant in use is refreshed by the alarm: no call ever waits for it", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  await revento(testWorld(), opened, "interactive").event();
  passTime(46 * MINUTE_MS);
  await withCustody(opened, (custody) => wake(custody));
  expect(emulator.count(TOKEN)).toBe(2);
  expect(await withCustody(opened, ({ state }) => state.held?.rotation)).toBe(2);
});

test("an idle grant is refreshed every 30 days, and lives until its year is over", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  await live(opened, 364 * DAY_MS, 2 * DAY_MS);
  const refreshes = emulator.count(TOKEN) - 1;
  expect(refreshes).toBeGreaterThanOrEqual(10);
  expect(refreshes).toBeLessThanOrEqual(14);
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  const connection = await findConnection(testWorld(), opened);
  const end = connection?.grantEndsAt ?? 0;
  expect(expiresOn(end, Date.now())).toBe(end);
  expect(expiresOn(end, end - 31 * DAY_MS)).toBeNull();
  await live(opened, 2 * DAY_MS, DAY_MS);
  expect(await findConnection(testWorld(), opened)).toMatchObject({
    status: "reconnect_required",
    reason: "grant_expired",
  });
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({
    ok: false,
    failure: { reason: "grant_expired" },
  });
});

test("a person's grant is not kept alive: it is gone with its refresh token", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  const user = await signIn(emulator);
  const before = emulator.count(TOKEN);
  for (let day = 0; day < 91; day += 7) {
    passTime(7 * DAY_MS);
    await withCustody(ofUser(user), (custody) => wake(custody));
  }
  expect(emulator.count(TOKEN)).toBe(before);
  expect(await withCustody(ofUser(user), ({ state }) => state.held)).toBeNull();
  const result = await reventoAsUser(testWorld(), user).profile();
  expect(result).toMatchObject({ ok: false, failure: { status: "signed_out" } });
});

test("each refresh is counted by its outcome, and recorded as a call", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const count = async (outcome: string): Promise<number> =>
    (await env.DB.prepare(
      "SELECT count FROM counters WHERE area = 'refreshes' AND outcome = ? AND bucket = 0",
    )
      .bind(outcome)
      .first<number>("count")) ?? 0;
  const faults = {
    success: null,
    timeout: { kind: "close", params: { work: "before" } },
    upstream_5xx: { kind: "error", params: { work: "before" } },
    malformed: { kind: "malformed_json" },
  };
  emulator.settings.refresh_mode = "omit-refresh-token";
  for (const [outcome, fault] of Object.entries(faults)) {
    const before = await count(outcome);
    if (fault !== null) emulator.faults.add({ ...fault, match: { endpoint: "refresh" }, count: 1 });
    passTime(HOUR_MS);
    await revento(testWorld(), opened, "interactive").event();
    expect(await count(outcome), outcome).toBe(before + 1);
    passTime(2 * MINUTE_MS);
    await revento(testWorld(), opened, "interactive").event();
  }
  const before = await count("refused");
  emulator.actions.disconnect(opened.eventId);
  passTime(HOUR_MS);
  await revento(testWorld(), opened, "interactive").event();
  expect(await count("refused")).toBe(before + 1);
  const recorded = await env.DB.prepare(
    "SELECT count(*) AS n FROM calls WHERE connection_id = ? AND path = '/oauth/token'",
  )
    .bind(opened.connectionId)
    .first<number>("n");
  expect(recorded).toBe(emulator.count(TOKEN));
});
