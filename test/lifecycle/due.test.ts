import { expect, test } from "vitest";
import { endConnection, findConnection, openConnection } from "../../src/connections/index.ts";
import { applyLifecycleEvent, ledgerOf, runDueErasures, runErasureChunk } from "../../src/lifecycle/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { watch } from "../../src/monitoring/index.ts";
import { listOpenSignals } from "../../src/signals/index.ts";
import { heldQueue } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const DAY = 86_400_000;
const START = Date.now();
const sync = heldQueue<SyncMessage>();
let now = START;
const world = testWorld({ env: { ...withoutDelivery(), SYNC: sync }, now: () => now });

async function connectedFor(name: string) {
  const key = { eventId: `evt_due_${name}`, organizationId: "org_due" };
  const scopes = ["event.read"];
  const opened = await openConnection(world, {
    ...key,
    connectedAt: now,
    grantedScopes: scopes,
    askedScopes: scopes,
  });
  await world.db.raw
    .prepare(
      "INSERT INTO participants (connection_id, id, updated_at) VALUES (?, ?, 1) ON CONFLICT DO NOTHING",
    )
    .bind(opened.connectionId, `ptp_${name}`)
    .run();
  return { key, id: opened.connectionId };
}

const end = (key: { eventId: string; organizationId: string }) =>
  endConnection(world, { ...key, reason: "token_revoked", at: now });

/** The hourly cron and, unless the queue does not deliver, the chunks that it sent. */
async function hourly(at: number, { isDelivering = true } = {}): Promise<void> {
  now = at;
  sync.sent.length = 0;
  await runDueErasures(world);
  if (!isDelivering) return;
  for (let message = sync.sent.shift(); message !== undefined; message = sync.sent.shift()) {
    if (message.kind === "erasure.chunk") await runErasureChunk(world, message);
  }
}

const peopleOf = async (id: string): Promise<number> =>
  (
    await world.db.raw
      .prepare("SELECT count(*) AS n FROM participants WHERE connection_id = ?")
      .bind(id)
      .first<{ n: number }>()
  )?.n ?? -1;

const isOverdueRaised = async (): Promise<boolean> => {
  await watch(world);
  return (await listOpenSignals(world)).some(({ name }) => name === "erasure_overdue");
};

test("a connection that is over keeps its data for 25 days, and is then erased without any webhook", async () => {
  now = START;
  const over = await connectedFor("over");
  const active = await connectedFor("active");
  const back = await connectedFor("back");
  await end(over.key);
  await end(back.key);

  await hourly(START + 25 * DAY - 1);
  expect([await peopleOf(over.id), await peopleOf(active.id)]).toEqual([1, 1]);
  expect(await ledgerOf(world).find(over.id)).toBeNull();
  // Who comes back in time begins a new life, which is not over.
  const again = await connectedFor("back");

  await hourly(START + 25 * DAY);
  expect(await findConnection(world, over.key)).toMatchObject({
    status: "ended",
    reason: "token_revoked",
    erasedAt: START + 25 * DAY,
  });
  expect(await ledgerOf(world).find(over.id)).toMatchObject({
    by: "day 25",
    requestedAt: START + 25 * DAY,
    // Thirty days after the end itself: whatever webhook was missed, it asked for this then.
    deadlineAt: START + 30 * DAY,
    counts: { participants: 1 },
    proof: { rows: 0 },
  });
  expect(await peopleOf(over.id)).toBe(0);
  expect([await peopleOf(active.id), await peopleOf(again.id)]).toEqual([1, 1]);
  expect(await findConnection(world, back.key)).toMatchObject({ status: "active", erasedAt: null });

  // Running again is no second erasure.
  await hourly(START + 26 * DAY);
  expect(await ledgerOf(world).find(over.id)).toMatchObject({ requestedAt: START + 25 * DAY });
  expect(await isOverdueRaised()).toBe(false);
});

test("an erasure whose jobs do not run is raised as overdue on day 30 after the end, and resolved once it is done", async () => {
  now = START;
  const { key, id } = await connectedFor("overdue");
  await end(key);
  await hourly(START + 25 * DAY, { isDelivering: false });
  now = START + 30 * DAY - 1;
  expect(await isOverdueRaised()).toBe(false);
  now = START + 30 * DAY;
  expect(await isOverdueRaised()).toBe(true);
  await hourly(START + 30 * DAY + 60_000);
  expect(await peopleOf(id)).toBe(0);
  expect(await isOverdueRaised()).toBe(false);
});

test("a suspended connection is erased on day 25 after the suspension, unless it was connected again", async () => {
  now = START + 1_000 * DAY;
  const suspendedAt = now + 1_000;
  const paused = await connectedFor("paused");
  const foundDead = await connectedFor("found_dead");
  const back = await connectedFor("lifted");
  await applyLifecycleEvent(world, {
    type: "integration.suspended",
    occurredAt: suspendedAt,
    eventId: null,
    organizationId: null,
    data: {},
  });
  // Its token is found dead ten days later: it was over before.
  now = suspendedAt + 10 * DAY;
  await end(foundDead.key);
  const again = await connectedFor("lifted");
  expect(again.id).toBe(back.id);

  await hourly(suspendedAt + 25 * DAY - 1);
  expect([await peopleOf(paused.id), await peopleOf(foundDead.id), await peopleOf(back.id)]).toEqual([
    1, 1, 1,
  ]);
  await hourly(suspendedAt + 25 * DAY);
  expect([await peopleOf(paused.id), await peopleOf(foundDead.id), await peopleOf(back.id)]).toEqual([
    0, 0, 1,
  ]);
  expect(await ledgerOf(world).find(paused.id)).toMatchObject({
    by: "day 25",
    reason: "deletion_required",
    deadlineAt: suspendedAt + 30 * DAY,
  });
  expect(await findConnection(world, back.key)).toMatchObject({ status: "active", erasedAt: null });
});

test("a suspended connection that the cron never entered is raised as overdue", async () => {
  now = START + 2_000 * DAY;
  await connectedFor("paused_overdue");
  await applyLifecycleEvent(world, {
    type: "integration.suspended",
    occurredAt: now + 1_000,
    eventId: null,
    organizationId: null,
    data: {},
  });
  now += 30 * DAY;
  expect(await isOverdueRaised()).toBe(false);
  now += 1_000;
  expect(await isOverdueRaised()).toBe(true);
  await hourly(now);
  expect(await isOverdueRaised()).toBe(false);
});

test("what the cron never entered into the ledger is raised too", async () => {
  now = START;
  const { key } = await connectedFor("forgotten");
  await end(key);
  now = START + 30 * DAY + 5_000;
  expect(await isOverdueRaised()).toBe(true);
  await hourly(now);
  expect(await isOverdueRaised()).toBe(false);
});

test("one erasure that fails does not hold up the others", async () => {
  now = START;
  const bad = await connectedFor("a_bad");
  const good = await connectedFor("b_good");
  await end(bad.key);
  await end(good.key);
  await world.db.raw.exec(
    "CREATE TRIGGER refuse BEFORE UPDATE ON connections WHEN new.event_id = 'evt_due_a_bad' BEGIN SELECT raise(ABORT, 'broken row'); END",
  );
  try {
    await expect(hourly(START + 25 * DAY)).rejects.toThrow();
    expect(sync.sent).toContainEqual(expect.objectContaining({ kind: "erasure.chunk", erasureId: good.id }));
    await hourly(START + 25 * DAY + 60_000).catch(() => undefined);
    expect(await ledgerOf(world).find(good.id)).not.toBeNull();
    expect(await ledgerOf(world).find(bad.id)).toBeNull();
  } finally {
    await world.db.raw.exec("DROP TRIGGER refuse");
  }
  await hourly(START + 25 * DAY + 3_600_000);
  expect([await peopleOf(bad.id), await peopleOf(good.id)]).toEqual([0, 0]);
});
