import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConnectionKey, findConnection } from "../../src/connections/index.ts";
import { applyLifecycleEvent, ledgerOf } from "../../src/lifecycle/index.ts";
import { CASES, type Cause, type Step } from "../support/endings.ts";
import { startTime } from "../support/time.ts";
import { endWhileRefreshing, walkUnderWay } from "../support/under-way.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld({ env: withoutDelivery() });

async function tell(key: ConnectionKey, cause: Cause, at: number): Promise<void> {
  for (const { type, reason } of cause.webhooks) {
    await applyLifecycleEvent(world, { type, occurredAt: at, ...key, data: { reason } });
  }
}

async function expectEnd(key: ConnectionKey, connectionId: string, cause: Cause): Promise<void> {
  expect(await findConnection(world, key)).toMatchObject({ status: cause.status, reason: cause.reason });
  expect((await ledgerOf(world).find(connectionId)) !== null).toBe(cause.isErased);
}

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

let next = 0;

test.each(CASES)("syncing, $title: nothing more is written", async ({ cause, order }) => {
  const key = { eventId: `evt_syncing_${next++}`, organizationId: "org_syncing" };
  const { pages, connectionId, countOf, ...walk } = await walkUnderWay(world, key);
  expect(pages.sync).toHaveLength(1);

  const play: Record<Step, () => Promise<unknown>> = {
    webhook: () => tell(key, cause, walk.at),
    refusal: walk.refusal,
    refresh: walk.refresh,
  };
  for (const step of order) await play[step]();
  for (let steps = 0; (await pages.step()) && steps < 20; steps++);
  expect(pages.sync).toEqual([]);
  expect(await countOf()).toBe(1);
  await expectEnd(key, connectionId, cause);
});

test.each(CASES)("refreshing, $title: the same end, and no token is left", async ({ cause, order }) => {
  const opened = await endWhileRefreshing(world, order, (key) => tell(key, cause, Date.now()));
  await expectEnd(opened, opened.connectionId, cause);
});
