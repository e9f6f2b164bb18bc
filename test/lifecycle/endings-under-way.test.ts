import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endConnection, findConnection, openConnection } from "../../src/connections/index.ts";
import { revento } from "../../src/grants/index.ts";
import { applyLifecycleEvent, ledgerOf } from "../../src/lifecycle/index.ts";
import { startSync } from "../../src/mirror/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { CASES, type Cause, type Step } from "../support/endings.ts";
import { connectGrant, holdBoth, later, until, withCustody } from "../support/grants.ts";
import { pagesWorld } from "../support/pages.ts";
import { passTime, startTime } from "../support/time.ts";
import { rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const MINUTE_MS = 60_000;
const world = testWorld({ env: withoutDelivery() });
type Key = { readonly eventId: string; readonly organizationId: string };

async function tell(key: Key, cause: Cause, at: number): Promise<void> {
  for (const { type, reason } of cause.webhooks) {
    await applyLifecycleEvent(world, { type, occurredAt: at, ...key, data: { reason } });
  }
}

async function expectEnd(key: Key, connectionId: string, cause: Cause): Promise<void> {
  expect(await findConnection(world, key)).toMatchObject({ status: cause.status, reason: cause.reason });
  expect((await ledgerOf(world).find(connectionId)) !== null).toBe(cause.isErased);
}

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

let next = 0;

test.each(CASES)("syncing, $title: nothing more is written", async ({ cause, order }) => {
  const clock = { at: Date.now() };
  const key = { eventId: `evt_syncing_${next++}`, organizationId: "org_syncing" };
  const people = ["ptp_1", "ptp_2"];
  const pages = pagesWorld(
    (resource, cursor) =>
      resource === "participants"
        ? { rows: [{ id: people[Number(cursor ?? 0)] }], next: cursor === null ? "1" : null, date: clock.at }
        : null,
    clock,
  );
  const scopes = ["event.read", "participants.read"];
  const opened = await openConnection(pages.world, {
    ...key,
    connectedAt: clock.at - MINUTE_MS,
    grantedScopes: scopes,
    askedScopes: scopes,
  });
  const connection = await findConnection(pages.world, key);
  if (connection === null) throw new Error("not connected");
  const countOf = async () =>
    (await rowsOf("SELECT id FROM participants WHERE connection_id = ?", opened.connectionId)).length;
  await startSync(pages.world, connection, "initial");
  while ((await countOf()) === 0) await pages.step();
  expect(pages.sync).toHaveLength(1);

  const play: Record<Step, () => Promise<unknown>> = {
    webhook: () => tell(key, cause, clock.at),
    refusal: () =>
      endConnection(world, { ...key, reason: "token_revoked", at: clock.at, generation: opened.generation }),
    refresh: () =>
      endConnection(world, { ...key, reason: "invalid_grant", at: clock.at, generation: opened.generation }),
  };
  for (const step of order) await play[step]();
  for (let steps = 0; (await pages.step()) && steps < 20; steps++);
  expect(pages.sync).toEqual([]);
  expect(await countOf()).toBe(1);
  await expectEnd(key, opened.connectionId, cause);
});

test.each(CASES)("refreshing, $title: the same end, and no token is left", async ({ cause, order }) => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const both = holdBoth(emulator);
  passTime(50 * MINUTE_MS);
  const calling = revento(world, opened, "interactive").event();
  await until(both.areHeld);
  for (const step of order) {
    if (step === "webhook") await tell(opened, cause, Date.now());
    else both.letGo(step);
    await later(40);
  }
  expect(await calling).toMatchObject({ ok: false });
  await until(() => withCustody(opened, ({ flight }) => flight === null));
  await until(async () => (await findConnection(world, opened))?.status !== "active");
  expect(await withCustody(opened, ({ state }) => state.held)).toBeNull();
  expect(await rowsOf("SELECT 1 FROM grant_copies WHERE connection_id = ?", opened.connectionId)).toEqual([]);
  await expectEnd(opened, opened.connectionId, cause);
});
