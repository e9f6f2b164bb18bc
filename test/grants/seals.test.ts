import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OpenedConnection } from "../../src/connections/index.ts";
import { ofUser } from "../../src/grants/identity.ts";
import { revento, reventoAsUser, sealCounts } from "../../src/grants/index.ts";
import type { HeldGrant } from "../../src/grants/state.ts";
import { wake } from "../../src/grants/wake.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant, signIn, testWorld, wakeGrant, withCustody } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

beforeEach(startTime);
afterEach(async () => {
  vi.useRealTimers();
  await env.DB.batch([env.DB.prepare("DELETE FROM grant_copies"), env.DB.prepare("DELETE FROM connections")]);
});

const key = (kid: string, fill: number) => ({ kid, key: new Uint8Array(32).fill(fill) });
const call = (opened: OpenedConnection) => revento(testWorld(), opened, "interactive").event();

async function forget(opened: OpenedConnection): Promise<void> {
  await withCustody(opened, (custody) => custody.store.wipe());
  await abortAllDurableObjects();
}

async function editHeld(
  opened: OpenedConnection,
  edit: (held: HeldGrant) => Partial<HeldGrant>,
): Promise<void> {
  await withCustody(opened, async (custody) => {
    const { held } = custody.state;
    if (held === null) throw new Error("nothing is held");
    await custody.store.writeState({ ...custody.state, held: { ...held, ...edit(held) } });
  });
  await abortAllDurableObjects();
}

test("a copy moved from another connection's row is refused", async () => {
  const emulator = startEmulator({ events: 3 });
  const [, , other = ""] = [...emulator.state.store.events.keys()];
  const one = await connectGrant(emulator);
  const two = await connectGrant(emulator, { eventId: other });
  await env.DB.prepare(
    "UPDATE grant_copies SET sealed = (SELECT sealed FROM grant_copies WHERE connection_id = ?2) WHERE connection_id = ?1",
  )
    .bind(one.connectionId, two.connectionId)
    .run();
  await forget(one);
  const before = emulator.requests.length;
  expect(await call(one)).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
  expect(emulator.requests.length).toBe(before);
  expect(await call(two)).toMatchObject({ ok: true });
});

test("tokens moved between fields, edited, or of another rotation are refused, and never sent", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const whole = await withCustody(opened, ({ state }) => state.held);
  if (whole === null) throw new Error("nothing is held");
  const edits: Partial<HeldGrant>[] = [
    { sealedAccess: whole.sealedRefresh },
    { sealedAccess: `${whole.sealedAccess.slice(0, -4)}AAAA` },
    { rotation: 7 },
    { generation: 7 },
  ];
  const before = emulator.requests.length;
  for (const edit of edits) {
    await editHeld(opened, () => ({ ...whole, ...edit }));
    expect(await call(opened)).toMatchObject({ ok: false, failure: { kind: "storage_unavailable" } });
  }
  expect(emulator.requests.length).toBe(before);
  await editHeld(opened, () => whole);
  expect(await call(opened)).toMatchObject({ ok: true });
});

test("a seal of a key that is not in the ring says which key is missing, and nothing is lost", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  await withCustody(opened, (custody) => {
    custody.world = { ...custody.world, config: { ...custody.world.config, tokenKeys: [key("new", 7)] } };
  });
  expect(await call(opened)).toEqual({
    ok: false,
    failure: { kind: "misconfigured", keys: ["TOKEN_KEYS (kid test-2)"] },
  });
  await abortAllDurableObjects();
  expect(await call(opened)).toMatchObject({ ok: true });
});

test("a key is added, seals move to it by alarm, and the old key can be dropped: no call fails", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const old = testWorld().config.tokenKeys;
  const setRing = (tokenKeys: typeof old) =>
    withCustody(opened, (custody) => {
      custody.world = { ...custody.world, config: { ...custody.world.config, tokenKeys } };
    });
  expect(await sealCounts(testWorld())).toEqual({ "test-2": 2 });
  const results: boolean[] = [];
  const load = (async () => {
    for (let round = 0; round < 24; round++) results.push((await call(opened)).ok);
  })();
  await setRing([key("new", 7), ...old]);
  await wakeGrant(opened);
  expect(await sealCounts(testWorld())).toEqual({ new: 2 });
  await setRing([key("new", 7)]);
  await load;
  expect(results.every((isOk) => isOk)).toBe(true);
  passTime(3_600_000);
  expect(await call(opened)).toMatchObject({ ok: true });
  expect(await sealCounts(testWorld())).toEqual({ new: 2 });
  expect(emulator.count("POST /oauth/token")).toBe(2);
});

test("a person's seal moves to the new key by alarm, and is counted", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  const user = await signIn(emulator);
  await env.DB.prepare("INSERT INTO user_grants (event_id, user_id, signed_in_at) VALUES (?, ?, 1)")
    .bind(user.eventId, user.userId)
    .run();
  await withCustody(ofUser(user), async (custody) => {
    const tokenKeys = [key("new", 7), ...custody.world.config.tokenKeys];
    custody.world = { ...custody.world, config: { ...custody.world.config, tokenKeys } };
    await wake(custody);
  });
  expect(await sealCounts(testWorld())).toEqual({ "test-2": 2, new: 1 });
  expect(await reventoAsUser(testWorld(), user).profile()).toMatchObject({ ok: true });
});
