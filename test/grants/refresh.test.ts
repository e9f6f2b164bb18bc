import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { installGrant, revento } from "../../src/grants/index.ts";
import { refresh } from "../../src/grants/refresh.ts";
import { callUntilSettled } from "../support/crash.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import {
  connectGrant,
  consent,
  INSTALLATION_SCOPES,
  later,
  testWorld,
  until,
  withCustody,
} from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TOKEN = "POST /oauth/token";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

/** Holds every answer of the token endpoint back until it is let go; the server has done its work by then. */
function holdTokenAnswers(emulator: TestEmulator): {
  readonly letGo: () => void;
  readonly held: () => number;
} {
  let letGo = (): void => undefined;
  let held = 0;
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  emulator.intercept = async (request) => {
    if (!request.url.endsWith("/oauth/token")) return undefined;
    const response = await emulator.fetch(request);
    held += 1;
    await poll(() => isGone);
    return response;
  };
  let isGone = false;
  void gone.then(() => {
    isGone = true;
  });
  return { letGo: () => letGo(), held: () => held };
}

/** Waits inside whichever request asks: promises of another request must not be awaited in workerd. */
async function poll(isSo: () => boolean): Promise<void> {
  while (!isSo()) await later(10);
}

const isActive = async (key: { eventId: string; organizationId: string }): Promise<boolean> =>
  (await findConnection(testWorld(), key))?.status === "active";

test("1,000 callers at expiry: one exchange, and all are served or told when", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  const before = emulator.count(TOKEN);
  const startedAt = performance.now();
  const results = await Promise.all(
    Array.from({ length: 1_000 }, () => revento(testWorld(), opened, "interactive").event()),
  );
  expect(emulator.count(TOKEN) - before).toBe(1);
  const served = results.filter(({ ok }) => ok).length;
  const told = results.filter((result) => !result.ok && result.failure.kind === "throttled").length;
  expect(served + told).toBe(1_000);
  expect(served).toBeGreaterThanOrEqual(25);
  expect(emulator.state.meters.of([...emulator.state.grants.grants.values()][0] as never).refused).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});

test("a token endpoint that hangs: callers settle in 10 s, and its late answer is not lost", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const answers = holdTokenAnswers(emulator);
  passTime(HOUR_MS);
  const startedAt = performance.now();
  const results = await Promise.all(
    Array.from({ length: 20 }, () => revento(testWorld(), opened, "interactive").event()),
  );
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  for (const result of results) expect(result).toMatchObject({ ok: false, failure: { kind: "throttled" } });
  expect(answers.held()).toBe(1);
  passTime(20_000);
  answers.letGo();
  await until(() => withCustody(opened, ({ state }) => state.held?.rotation === 2));
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  expect(emulator.count(TOKEN)).toBe(2);
}, 30_000);

test("while the token endpoint hangs, the old access token goes on serving", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const answers = holdTokenAnswers(emulator);
  passTime(HOUR_MS - 10 * MINUTE_MS);
  for (let call = 0; call < 5; call++) {
    expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  }
  expect(answers.held()).toBe(1);
  answers.letGo();
  await until(() => withCustody(opened, ({ state }) => state.held?.rotation === 2));
});

test.each(["token_revoked", "token_expired"] as const)(
  "a call whose token a parallel rotation killed (%s) is made again, and the connection stays healthy",
  async (killed) => {
    const emulator = startEmulator();
    emulator.settings.old_access_after_refresh = killed;
    const opened = await connectGrant(emulator);
    const answers = holdTokenAnswers(emulator);
    passTime(HOUR_MS - 10 * MINUTE_MS);
    // The first call starts the refresh beside itself; the server has rotated, the answer is on its way.
    await revento(testWorld(), opened, "interactive").event();
    await until(() => answers.held() === 1);
    const calling = revento(testWorld(), opened, "interactive").event();
    await later(100);
    answers.letGo();
    expect(await calling).toMatchObject({ ok: true });
    expect(await isActive(opened)).toBe(true);
    expect(emulator.count(TOKEN)).toBe(2);
  },
);

test("token_revoked on the stored token is final, and is never refreshed", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.actions.disconnect(opened.eventId);
  const result = await revento(testWorld(), opened, "interactive").event();
  expect(result).toMatchObject({ ok: false, failure: { kind: "not_connected", reason: "token_revoked" } });
  expect(await findConnection(testWorld(), opened)).toMatchObject({
    status: "ended",
    reason: "token_revoked",
  });
  expect(emulator.count(TOKEN)).toBe(1);
});

test("invalid_grant on a refresh is final: consent is needed again", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.actions.disconnect(opened.eventId);
  passTime(HOUR_MS);
  const result = await revento(testWorld(), opened, "interactive").event();
  expect(result).toMatchObject({
    ok: false,
    failure: { status: "reconnect_required", reason: "invalid_grant" },
  });
  const calls = emulator.requests.length;
  await revento(testWorld(), opened, "interactive").event();
  expect(emulator.requests.length).toBe(calls);
});

test("invalid_token is no end: a refresh tells", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  let answered = 0;
  emulator.intercept = (request) => {
    if (!request.url.includes("/api/") || answered++ > 0) return undefined;
    return Response.json({ error: "invalid_token", message: "", request_id: "" }, { status: 401 });
  };
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  expect(emulator.count(TOKEN)).toBe(2);
  expect(await isActive(opened)).toBe(true);
});

test("a late job of an earlier life is refused before any call, and changes nothing", async () => {
  const emulator = startEmulator();
  const first = await connectGrant(emulator);
  const second = await connectGrant(emulator);
  expect(second.generation).toBe(first.generation + 1);
  expect(second.connectionId).toBe(first.connectionId);
  const calls = emulator.requests.length;
  const result = await revento(testWorld(), first, "sync", first.generation).event();
  expect(result).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
  expect(emulator.requests.length).toBe(calls);
  expect(await revento(testWorld(), second, "sync", second.generation).event()).toMatchObject({ ok: true });
});

test("a reconnect in the middle of a refresh: the new life is healthy, whatever the old refresh brings", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  const answers = holdTokenAnswers(emulator);
  const calling = revento(testWorld(), opened, "interactive").event();
  await until(() => answers.held() === 1);
  answers.letGo();
  emulator.intercept = () => undefined;
  // The consent ends the old grant at Revento while its refresh is still under way here.
  const again = await connectGrant(emulator);
  await calling;
  expect(again.generation).toBe(opened.generation + 1);
  const call = () => revento(testWorld(), again, "interactive", again.generation).event();
  expect(await callUntilSettled(call)).toMatchObject({ ok: true });
  expect(await findConnection(testWorld(), again)).toMatchObject({ status: "active", reason: null });
});

test("a refusal that arrives after a reconnect does not touch the new life", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const tokens = await consent(emulator);
  passTime(HOUR_MS);
  // The second consent killed the first grant: its refresh is refused while the new pair is being installed.
  const [installed] = await Promise.all([
    installGrant(testWorld(), tokens, INSTALLATION_SCOPES),
    withCustody(opened, (custody) => refresh(custody)),
  ]);
  expect(installed).toMatchObject({ ok: true });
  const call = () => revento(testWorld(), opened, "interactive").event();
  expect(await callUntilSettled(call)).toMatchObject({ ok: true });
  expect(await isActive(opened)).toBe(true);
});

test("a reconnect beside a refresh that hangs: installed within 10 s, and the late answer changes nothing", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  const answers = holdTokenAnswers(emulator);
  const calling = revento(testWorld(), opened, "interactive").event();
  await until(() => answers.held() === 1);
  const hold = emulator.intercept;
  emulator.intercept = () => undefined;
  const tokens = await consent(emulator);
  emulator.intercept = hold;
  const startedAt = performance.now();
  const again = await installGrant(testWorld(), tokens, INSTALLATION_SCOPES);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(again).toMatchObject({ ok: true, value: { generation: 2 } });
  answers.letGo();
  await calling;
  await later(200);
  expect(
    await withCustody(opened, ({ state }) => [state.held?.generation, state.held?.rotation, state.intent]),
  ).toEqual([2, 1, null]);
  emulator.intercept = () => undefined;
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  expect(await isActive(opened)).toBe(true);
}, 30_000);
