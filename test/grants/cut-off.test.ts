import { abortAllDurableObjects } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endConnection, findConnection, openConnection } from "../../src/connections/index.ts";
import { endGrant, revento } from "../../src/grants/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant, INSTALLATION_SCOPES, later, testWorld, wakeGrant } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

/** A connect that was cut off after the registry's part: the connection is active, and its tokens are nowhere. */
async function cutOff(key: { eventId: string; organizationId: string }): Promise<void> {
  const { eventId, organizationId } = key;
  const scopes = { grantedScopes: INSTALLATION_SCOPES, askedScopes: INSTALLATION_SCOPES };
  await openConnection(testWorld(), { eventId, organizationId, connectedAt: Date.now(), ...scopes });
}

const LOST = { status: "reconnect_required", reason: "lost_rotation" };

/** Asks for the grant as a probe does, of an object that starts anew each time. */
async function askAnew(key: { eventId: string; organizationId: string }): Promise<void> {
  await abortAllDurableObjects();
  expect(await revento(testWorld(), key, "probe").event()).toMatchObject({ ok: false });
  // What the object looks up beside its answer.
  await later(100);
}

test.each(["never held a grant", "ended an earlier life"])(
  "a connect that was cut off, of an object that %s: called lost, although the object starts anew each time",
  async (before) => {
    const emulator = startEmulator();
    const { eventId, organizationId } = emulator;
    if (before !== "never held a grant") {
      const { generation } = await connectGrant(emulator);
      await endConnection(testWorld(), {
        ...{ eventId, organizationId, generation },
        reason: "organizer_revoked",
        at: Date.now(),
      });
      await endGrant(testWorld(), { eventId, organizationId }, generation);
    }
    await cutOff({ eventId, organizationId });
    await askAnew({ eventId, organizationId });
    expect(await findConnection(testWorld(), { eventId, organizationId })).toMatchObject({
      status: "active",
    });
    passTime(15 * 60_000);
    await askAnew({ eventId, organizationId });
    expect(await findConnection(testWorld(), { eventId, organizationId })).toMatchObject(LOST);
  },
);

test("a connect that was cut off and is asked for once: the alarm calls it lost, and is quiet afterwards", async () => {
  const { eventId, organizationId } = startEmulator();
  const key = { eventId, organizationId };
  await cutOff(key);
  await askAnew(key);
  expect(await wakeGrant(key)).toBe(true);
  expect(await findConnection(testWorld(), key)).toMatchObject({ status: "active" });
  await abortAllDurableObjects();
  passTime(80_000);
  expect(await wakeGrant(key)).toBe(true);
  expect(await findConnection(testWorld(), key)).toMatchObject(LOST);
  expect(await wakeGrant(key)).toBe(false);
});

test("a connect that was cut off and then made again: nothing is called lost", async () => {
  const emulator = startEmulator();
  const { eventId, organizationId } = emulator;
  await cutOff({ eventId, organizationId });
  await askAnew({ eventId, organizationId });
  const opened = await connectGrant(emulator);
  await abortAllDurableObjects();
  passTime(80_000);
  await wakeGrant(opened);
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  expect(await findConnection(testWorld(), opened)).toMatchObject({ status: "active", generation: 2 });
});

test("a connection that ended while its tokens were looked for is left as it is, and the alarm with it", async () => {
  const { eventId, organizationId } = startEmulator();
  const key = { eventId, organizationId };
  await cutOff(key);
  await askAnew(key);
  await endConnection(testWorld(), { ...key, reason: "organizer_revoked", at: Date.now() });
  passTime(80_000);
  expect(await wakeGrant(key)).toBe(true);
  expect(await findConnection(testWorld(), key)).toMatchObject({ reason: "organizer_revoked" });
  expect(await wakeGrant(key)).toBe(false);
});
