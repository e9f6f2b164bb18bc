import { expect, test } from "vitest";
import {
  type ConnectionReason,
  endConnection,
  findConnection,
  openConnection,
} from "../../src/connections/index.ts";
import { applyLifecycleEvent, ledgerOf } from "../../src/lifecycle/index.ts";
import { CASES, type Cause, ORDERS, type Step } from "../support/endings.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld({ env: withoutDelivery() });
/** Revento's clock when the connections began, and when they ended. */
const CONNECTED = Date.now() - 100 * 3_600_000;
const ENDED = CONNECTED + 600_000;

let next = 0;
async function connect() {
  const n = next++;
  const key = { eventId: `evt_end_${n}`, organizationId: "org_end" };
  const opened = await openConnection(world, {
    ...key,
    connectedAt: CONNECTED,
    grantedScopes: [],
    askedScopes: [],
  });
  return { key, ...opened };
}
type Connected = Awaited<ReturnType<typeof connect>>;

async function play({ key, generation }: Connected, step: Step, cause: Cause): Promise<void> {
  if (step === "refusal") {
    await endConnection(world, { ...key, reason: "token_revoked", at: ENDED + 5000, generation });
  } else if (step === "refresh") {
    await endConnection(world, { ...key, reason: "invalid_grant", at: ENDED + 3000, generation });
  } else {
    for (const { type, reason } of cause.webhooks) {
      await applyLifecycleEvent(world, { type, occurredAt: ENDED, ...key, data: { reason } });
    }
  }
}

test.each(CASES)("$title: the same status, the most telling reason", async ({ cause, order }) => {
  const connected = await connect();
  for (const step of order) await play(connected, step, cause);
  expect(await findConnection(world, connected.key)).toMatchObject({
    status: cause.status,
    reason: cause.reason,
  });
  const entry = await ledgerOf(world).find(connected.connectionId);
  expect(entry !== null).toBe(cause.isErased);
  // Late repeats of everything change nothing.
  const before = await findConnection(world, connected.key);
  for (const step of [...order].reverse()) await play(connected, step, cause);
  expect(await findConnection(world, connected.key)).toMatchObject({
    status: before?.status,
    reason: before?.reason,
    endedAt: before?.endedAt,
  });
});

test.each(CASES)("$title: after a reconnect nothing of it touches the new life", async ({ cause, order }) => {
  const connected = await connect();
  const [first, ...late] = order;
  if (first !== undefined) await play(connected, first, cause);
  const again = await openConnection(world, {
    ...connected.key,
    connectedAt: ENDED + 60_000,
    grantedScopes: [],
    askedScopes: [],
  });
  for (const step of late) await play(connected, step, cause);
  expect(await findConnection(world, connected.key)).toMatchObject({
    id: again.connectionId,
    status: "active",
    reason: null,
  });
});

const SUSPENDED = ENDED + 10_000_000;
const suspension = {
  type: "integration.suspended",
  occurredAt: SUSPENDED,
  eventId: null,
  organizationId: null,
  data: {},
};
const unpublishing = { ...suspension, type: "integration.unpublished", occurredAt: SUSPENDED + 10_000_000 };

/** Suspension is global: these run last, on connections of a later time than all above. */
async function connectLater() {
  const key = { eventId: `evt_end_${next++}`, organizationId: "org_end" };
  const opened = await openConnection(world, {
    ...key,
    connectedAt: SUSPENDED - 60_000,
    grantedScopes: [],
    askedScopes: [],
  });
  const refuse = (reason: ConnectionReason, at: number) =>
    endConnection(world, { ...key, reason, at, generation: opened.generation });
  return { key, refuse, opened };
}

test.each(ORDERS.map((order) => ({ order, title: order.join(", ") })))(
  "suspension, $title: suspended, and only until a reconnect",
  async ({ order }) => {
    const { key, refuse } = await connectLater();
    for (const step of order) {
      if (step === "webhook") await applyLifecycleEvent(world, suspension);
      else await refuse(step === "refusal" ? "token_revoked" : "invalid_grant", SUSPENDED + 2000);
    }
    expect(await findConnection(world, key)).toMatchObject({ status: "suspended", reason: "suspended" });
    await openConnection(world, {
      ...key,
      connectedAt: SUSPENDED + 5000,
      grantedScopes: [],
      askedScopes: [],
    });
    expect(await findConnection(world, key)).toMatchObject({ status: "active", reason: null });
    // Late and replayed: the new life began after it.
    await applyLifecycleEvent(world, suspension);
    expect(await findConnection(world, key)).toMatchObject({ status: "active" });
  },
);

test.each(ORDERS.map((order) => ({ order, title: order.join(", ") })))(
  "unpublishing, $title: ended, unpublished, erased",
  async ({ order }) => {
    const { key, refuse, opened } = await connectLater();
    for (const step of order) {
      if (step === "webhook") {
        await applyLifecycleEvent(world, unpublishing);
        await applyLifecycleEvent(world, {
          ...key,
          type: "data.deletion_required",
          occurredAt: unpublishing.occurredAt,
          data: {},
        });
      } else
        await refuse(step === "refusal" ? "token_revoked" : "invalid_grant", unpublishing.occurredAt + 2000);
    }
    expect(await findConnection(world, key)).toMatchObject({ status: "ended", reason: "unpublished" });
    expect(await ledgerOf(world).find(opened.connectionId)).not.toBeNull();
  },
);
