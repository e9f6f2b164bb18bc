import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConnectionKey, findConnection } from "../../src/connections/index.ts";
import { applyLifecycleEvent, endPlatformPage, ledgerOf } from "../../src/lifecycle/index.ts";
import { ORDERS, type Step } from "../support/endings.ts";
import { endWhileRefreshing, walkUnderWay } from "../support/under-way.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.now();
const world = testWorld({ env: withoutDelivery() });

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

async function expectEnd(key: ConnectionKey, connectionId: string, name: EventName): Promise<void> {
  const { status, reason, isErased } = EVENTS[name];
  expect(await findConnection(world, key)).toMatchObject({ status, reason });
  expect((await ledgerOf(world).find(connectionId)) !== null).toBe(isErased);
}

test.each(CASES)("syncing, $title: nothing more is written", async ({ name, order }) => {
  const key = { eventId: `evt_platform_${cases}`, organizationId: "org_platform" };
  const { pages, connectionId, countOf, ...walk } = await walkUnderWay(world, key);
  const play: Record<Step, () => Promise<unknown>> = {
    webhook: () => tell(name),
    refusal: walk.refusal,
    refresh: walk.refresh,
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
  await expectEnd(key, connectionId, name);
});

test.each(CASES)("refreshing, $title: the same end, and no token is left", async ({ name, order }) => {
  const opened = await endWhileRefreshing(world, order, () => tell(name));
  await expectEnd(opened, opened.connectionId, name);
});
