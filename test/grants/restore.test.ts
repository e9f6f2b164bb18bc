import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findConnection, openConnection } from "../../src/connections/index.ts";
import { endGrant, revento } from "../../src/grants/index.ts";
import { callUntilSettled } from "../support/crash.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant, INSTALLATION_SCOPES, testWorld, wakeGrant, withCustody } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const HOUR_MS = 3_600_000;
const TABLES = ["connections", "guards", "grant_copies"];

beforeEach(startTime);
afterEach(async () => {
  vi.useRealTimers();
  await restore({});
});

type Backup = Readonly<Record<string, readonly Record<string, unknown>[]>>;

async function backUp(): Promise<Backup> {
  const tables = TABLES.map(async (table) => {
    const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all();
    return [table, results] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

/** Puts the tables back to what they held. */
async function restore(backup: Backup): Promise<void> {
  for (const table of TABLES) {
    await env.DB.prepare(`DELETE FROM ${table}`).run();
    for (const row of backup[table] ?? []) {
      const marks = Object.keys(row).map(() => "?");
      const sql = `INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${marks.join()})`;
      await env.DB.prepare(sql)
        .bind(...Object.values(row))
        .run();
    }
  }
}

const copy = (connectionId: string) =>
  env.DB.prepare("SELECT generation, rotation FROM grant_copies WHERE connection_id = ?")
    .bind(connectionId)
    .first();

test.each([1, 24 * 7])(
  "a database restored to %i hours ago: the grant goes on, and is copied again",
  async (hours) => {
    const emulator = startEmulator();
    const opened = await connectGrant(emulator);
    const call = () => revento(testWorld(), opened, "interactive", opened.generation).event();
    const backup = await backUp();
    for (const step of Array.from({ length: 3 }, () => (hours / 3) * HOUR_MS + HOUR_MS)) {
      passTime(step);
      expect(await callUntilSettled(call)).toMatchObject({ ok: true });
    }
    await restore(backup);
    await abortAllDurableObjects();
    expect(await callUntilSettled(call)).toMatchObject({ ok: true });
    await wakeGrant(opened);
    expect(await copy(opened.connectionId)).toMatchObject({ generation: 1, rotation: 4 });
    passTime(HOUR_MS);
    expect(await callUntilSettled(call)).toMatchObject({ ok: true });
    expect(await findConnection(testWorld(), opened)).toMatchObject({ status: "active", generation: 1 });
  },
);

test("a database restored to before the reconnect, or before the connection: it is written again as it was", async () => {
  const emulator = startEmulator();
  const first = await connectGrant(emulator);
  const before = await backUp();
  const second = await connectGrant(emulator);
  const known = await findConnection(testWorld(), second);
  for (const backup of [before, {}]) {
    await restore(backup);
    expect(await revento(testWorld(), second, "interactive", 2).event()).toMatchObject({ ok: true });
    await wakeGrant(second);
    const { createdAt: _, ...restored } = (await findConnection(testWorld(), second)) ?? { createdAt: 0 };
    expect(restored).toMatchObject({
      id: first.connectionId,
      generation: 2,
      status: "active",
      connectedAt: known?.connectedAt,
      grantedScopes: known?.grantedScopes,
      last4: known?.last4,
      accessExpiresAt: known?.accessExpiresAt,
    });
    expect(await copy(first.connectionId)).toMatchObject({ generation: 2, rotation: 1 });
  }
});

test("the object lost its storage: the copy is adopted, and nobody signs in again", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  await withCustody(opened, (custody) => custody.store.wipe());
  await abortAllDurableObjects();
  passTime(HOUR_MS);
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
});

test("the registry is a life ahead and has no copy of it: the object ends, and the life is called lost", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const { eventId, organizationId } = opened;
  const scopes = { grantedScopes: INSTALLATION_SCOPES, askedScopes: INSTALLATION_SCOPES };
  await openConnection(testWorld(), { eventId, organizationId, connectedAt: Date.now(), ...scopes });
  await wakeGrant(opened);
  expect(await withCustody(opened, ({ state }) => state.held)).toBeNull();
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: false });
  expect(await findConnection(testWorld(), opened)).toMatchObject({ status: "active", generation: 2 });
  passTime(11 * 60_000);
  await revento(testWorld(), opened, "interactive").event();
  await vi.waitFor(async () => {
    expect(await findConnection(testWorld(), opened)).toMatchObject({
      status: "reconnect_required",
      reason: "lost_rotation",
    });
  });
});

test("an end that a restored database forgot is told again", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const backup = await backUp();
  emulator.actions.disconnect(opened.eventId);
  await revento(testWorld(), opened, "interactive").event();
  await restore(backup);
  expect(await findConnection(testWorld(), opened)).toMatchObject({ status: "active" });
  passTime(11 * 60_000);
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: false });
  await vi.waitFor(async () => {
    expect(await findConnection(testWorld(), opened)).toMatchObject({
      status: "ended",
      reason: "token_revoked",
    });
    expect(await copy(opened.connectionId)).toBeNull();
  });
});

test("an end on somebody's word destroys the tokens in both places; that of an earlier life changes nothing", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  const opened = await connectGrant(emulator);
  await endGrant(testWorld(), opened, 1);
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  await endGrant(testWorld(), opened, 2);
  expect(await copy(opened.connectionId)).toBeNull();
  expect(await withCustody(opened, ({ state }) => state.held)).toBeNull();
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: false });
});
