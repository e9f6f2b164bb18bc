import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { openDatabase } from "../../src/db/client.ts";
import { accessToken } from "../../src/grants/access.ts";
import { createCustody } from "../../src/grants/create.ts";
import type { Custody } from "../../src/grants/custody.ts";
import { revento } from "../../src/grants/index.ts";
import { refresh } from "../../src/grants/refresh.ts";
import type { ObjectStorage } from "../../src/grants/store.ts";
import { callUntilSettled } from "../support/crash.ts";
import { startEmulator } from "../support/emulator.ts";
import { type D1Fault, faultyD1 } from "../support/faulty-d1.ts";
import { connectGrant, later, testWorld, until, wakeGrant, withCustody } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const HOUR_MS = 3_600_000;
const TOKEN = "POST /oauth/token";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

const copyRotation = ({ connectionId }: { connectionId: string }): Promise<number | null> =>
  env.DB.prepare("SELECT rotation FROM grant_copies WHERE connection_id = ?")
    .bind(connectionId)
    .first<number>("rotation");

/** A storage that can be made to fail, as that of an instance that a deploy has replaced. */
function mortal(storage: ObjectStorage): { readonly storage: ObjectStorage; kill: (after?: string) => void } {
  let isDead = false;
  const guard = <T>(work: () => T): T => {
    if (isDead) throw new Error("this object has been replaced");
    return work();
  };
  const wrapped = {
    kv: {
      get: (key: string) => guard(() => storage.kv.get(key)),
      put: (key: string, value: unknown) => guard(() => storage.kv.put(key, value)),
    },
    sync: async () => guard(() => storage.sync()),
    setAlarm: async (at: number) => guard(() => storage.setAlarm(at)),
    getAlarm: async () => guard(() => storage.getAlarm()),
    deleteAlarm: async () => guard(() => storage.deleteAlarm()),
    deleteAll: async () => guard(() => storage.deleteAll()),
  } as unknown as ObjectStorage;
  return {
    storage: wrapped,
    kill: () => {
      isDead = true;
    },
  };
}

function instance(storage: ObjectStorage, db: D1Database = env.DB): Custody {
  const world = testWorld({ db: openDatabase(db) });
  return createCustody(world, storage, (work) => void work.catch(() => undefined), "installation");
}

test.each<D1Fault>(["hang", "error", "error after commit", "slow"])(
  "the database's copy: %s. No token is lost, callers are served, the alarm repairs",
  async (fault) => {
    const emulator = startEmulator();
    const opened = await connectGrant(emulator);
    passTime(HOUR_MS);
    const d1 = faultyD1(env.DB);
    await withCustody(opened, (custody) => {
      d1.only = "INSERT INTO grant_copies";
      d1.fault = fault;
      custody.world = { ...custody.world, db: openDatabase(d1.binding) };
    });
    const startedAt = performance.now();
    expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(d1.struck).toBeGreaterThanOrEqual(1);
    d1.fault = "none";
    await abortAllDurableObjects();
    expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
    await wakeGrant(opened);
    expect(await copyRotation(opened)).toBe(2);
    expect(emulator.count(TOKEN)).toBe(2);
    expect(await withCustody(opened, ({ state }) => state.held?.isCopied)).toBe(true);
  },
);

test("the storage fails after the exchange: served from the database's copy, adopted by the next instance", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  await withCustody(opened, async (_, { storage }) => {
    const { storage: dying, kill } = mortal(storage);
    const old = instance(dying);
    old.steps = (step) => (step === "exchange_answered" ? kill() : undefined);
    expect(await accessToken(old, null)).toMatchObject({ ok: true, value: { held: { rotation: 2 } } });
    const next = instance(storage);
    expect(next.state).toMatchObject({ held: { rotation: 1 }, intent: { rotation: 2 } });
    expect(await refresh(next)).toEqual({ kind: "fresh" });
    expect(next.state).toMatchObject({ held: { rotation: 2 }, intent: null });
  });
  expect(emulator.count(TOKEN)).toBe(2);
});

test("neither the storage nor the database: nothing is handed out until one of them has it", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  await withCustody(opened, async (_, { storage }) => {
    const d1 = faultyD1(env.DB);
    let isFull = false;
    const failing = {
      ...mortal(storage).storage,
      kv: {
        get: (key: string) => storage.kv.get(key),
        put: (key: string, value: unknown) => {
          if (isFull) throw new Error("the storage is full");
          storage.kv.put(key, value);
        },
      },
    } as unknown as ObjectStorage;
    const custody = instance(failing, d1.binding);
    custody.steps = (step) => {
      if (step !== "exchange_answered") return;
      isFull = true;
      d1.fault = "error";
    };
    const first = accessToken(custody, null);
    await until(() => custody.orphan !== null);
    await later(300);
    expect(custody.state.held?.rotation).toBe(1);
    isFull = false;
    expect(await first).toMatchObject({ ok: true, value: { held: { rotation: 2 } } });
  });
  expect(emulator.count(TOKEN)).toBe(2);
});

test("an old instance that finishes 30 s after the new one started: the new one waits, and adopts", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  let isAnswered = false;
  emulator.intercept = async (request) => {
    if (!request.url.endsWith("/oauth/token")) return undefined;
    const response = await emulator.fetch(request);
    while (!isAnswered) await later(10);
    return response;
  };
  await withCustody(opened, async (_, { storage }) => {
    const { storage: dying, kill } = mortal(storage);
    const old = instance(dying);
    const flight = refresh(old);
    await until(() => emulator.count(TOKEN) === 2);
    kill();
    const next = instance(storage);
    for (let second = 0; second < 30; second += 10) {
      expect(await refresh(next)).toMatchObject({ kind: "waiting" });
      passTime(10_000);
    }
    isAnswered = true;
    await flight;
    expect(await refresh(next)).toEqual({ kind: "fresh" });
    expect(next.state).toMatchObject({ held: { rotation: 2 }, intent: null });
  });
  expect(emulator.count(TOKEN)).toBe(2);
});

test("an open intent while the database cannot be read: the stored token is not tried, however long it takes", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  await withCustody(opened, async (_, { storage }) => {
    const { storage: dying, kill } = mortal(storage);
    const old = instance(dying, faultyD1(env.DB).binding);
    old.steps = (step) => (step === "exchange_answered" ? kill() : undefined);
    expect(await refresh(old)).toEqual({ kind: "fresh" });
    const d1 = faultyD1(env.DB);
    d1.fault = "error";
    const next = instance(storage, d1.binding);
    for (const seconds of [10, 100, 3_600]) {
      passTime(seconds * 1_000);
      expect(await refresh(next)).toMatchObject({ kind: "waiting" });
    }
    expect(emulator.count(TOKEN)).toBe(2);
    d1.fault = "none";
    expect(await refresh(next)).toEqual({ kind: "fresh" });
  });
  expect(emulator.count(TOKEN)).toBe(2);
  await abortAllDurableObjects();
  const call = () => revento(testWorld(), opened, "interactive").event();
  expect(await callUntilSettled(call)).toMatchObject({ ok: true });
});

test("a verdict that the database cannot take is told by the alarm", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.actions.disconnect(opened.eventId);
  const d1 = faultyD1(env.DB);
  await withCustody(opened, (custody) => {
    d1.only = "UPDATE connections";
    d1.fault = "error";
    custody.world = { ...custody.world, db: openDatabase(d1.binding) };
  });
  const result = await revento(testWorld(), opened, "interactive").event();
  expect(result).toMatchObject({ ok: false, failure: { reason: "token_revoked" } });
  expect(await findConnection(testWorld(), opened)).toMatchObject({ status: "active" });
  d1.fault = "none";
  await wakeGrant(opened);
  expect(await findConnection(testWorld(), opened)).toMatchObject({
    status: "ended",
    reason: "token_revoked",
  });
  expect(await copyRotation(opened)).toBeNull();
});

test("the loser of a race between two instances adopts what the winner stored, and ends nothing", async () => {
  const emulator = startEmulator();
  emulator.settings.reuse_revokes_grant = false;
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  await withCustody(opened, async (_, { storage }) => {
    const loser = instance(storage);
    const winner = instance(storage);
    expect(await refresh(winner)).toEqual({ kind: "fresh" });
    expect(await refresh(loser)).toEqual({ kind: "fresh" });
    expect(loser.state.held).toMatchObject({ rotation: 2, sealedRefresh: winner.state.held?.sealedRefresh });
  });
  expect(emulator.count(TOKEN)).toBe(3);
  await abortAllDurableObjects();
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
});
