import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endConnection, findConnection, openConnection } from "../../src/connections/index.ts";
import { revento } from "../../src/grants/index.ts";
import { applyLifecycleEvent, endPlatformPage, ledgerOf } from "../../src/lifecycle/index.ts";
import { startSync } from "../../src/mirror/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { ORDERS, type Step } from "../support/endings.ts";
import { connectGrant, holdBoth, later, until, withCustody } from "../support/grants.ts";
import { pagesWorld } from "../support/pages.ts";
import { passTime } from "../support/time.ts";
import { rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const MINUTE_MS = 60_000;
const START = Date.now();
const world = testWorld({ env: withoutDelivery() });
type Key = { readonly eventId: string; readonly organizationId: string };

let cases = 0;

// A suspension is of one moment and global: each case has a day of its own, after those before it.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START + ++cases * 86_400_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const EVENTS = {
  suspended: { status: "suspended", reason: "suspended", isErased: false },
  unpublished: { status: "ended", reason: "unpublished", isErased: true },
} as const;
type EventName = keyof typeof EVENTS;
const CASES = (Object.keys(EVENTS) as EventName[]).flatMap((name) =>
  ORDERS.map((order) => ({ name, order, title: `${name}: ${order.join(", ")}` })),
);

/** The webhook, and what follows from it in the background. */
async function tell(name: EventName): Promise<void> {
  const at = Date.now();
  const told = { eventId: null, organizationId: null, data: {} };
  await applyLifecycleEvent(world, { ...told, type: `integration.${name}`, occurredAt: at });
  await endPlatformPage(world, { kind: "platform.page", event: `${name}_at`, at, after: null });
}

async function expectEnd(key: Key, connectionId: string, name: EventName): Promise<void> {
  const { status, reason, isErased } = EVENTS[name];
  expect(await findConnection(world, key)).toMatchObject({ status, reason });
  expect((await ledgerOf(world).find(connectionId)) !== null).toBe(isErased);
}

test.each(CASES)("syncing, $title: nothing more is written", async ({ name, order }) => {
  const clock = { at: Date.now() };
  const key = { eventId: `evt_platform_${cases}`, organizationId: "org_platform" };
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

  const { generation } = opened;
  const play: Record<Step, () => Promise<unknown>> = {
    webhook: () => tell(name),
    refusal: () => endConnection(world, { ...key, reason: "token_revoked", at: clock.at, generation }),
    refresh: () => endConnection(world, { ...key, reason: "invalid_grant", at: clock.at, generation }),
  };
  const [first, ...rest] = order;
  if (first !== undefined) await play[first]();
  // The page that was queued runs between the first word and the others.
  await pages.step();
  expect(await countOf()).toBe(1);
  for (const step of rest) await play[step]();
  for (let steps = 0; (await pages.step()) && steps < 20; steps++);
  expect(pages.sync).toEqual([]);
  expect(await countOf()).toBe(1);
  await expectEnd(key, opened.connectionId, name);
});

test.each(CASES)("refreshing, $title: the same end, and no token is left", async ({ name, order }) => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const both = holdBoth(emulator);
  passTime(50 * MINUTE_MS);
  const calling = revento(world, opened, "interactive").event();
  await until(both.areHeld);
  for (const step of order) {
    if (step === "webhook") await tell(name);
    else both.letGo(step);
    await later(40);
  }
  expect(await calling).toMatchObject({ ok: false });
  await until(() => withCustody(opened, ({ flight }) => flight === null));
  await until(async () => (await findConnection(world, opened))?.status !== "active");
  expect(await withCustody(opened, ({ state }) => state.held)).toBeNull();
  expect(await rowsOf("SELECT 1 FROM grant_copies WHERE connection_id = ?", opened.connectionId)).toEqual([]);
  await expectEnd(opened, opened.connectionId, name);
});
