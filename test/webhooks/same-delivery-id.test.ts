import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, delivery, envelope, heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);

/** Two signed approvals of different people, which came through intake under one delivery id. */
async function underOneId() {
  const { id, eventId, organizationId } = await openPlain(testWorld(), START);
  const queue = heldQueue<WebhookMessage>();
  const world = testWorld({ env: { ...withoutDelivery(), WEBHOOKS: queue } as Env });
  const headers = { "X-Revento-Delivery-Id": crypto.randomUUID() };
  for (const n of [1, 2]) {
    const body = envelope({
      type: "application.approved",
      event_id: eventId,
      organization_id: organizationId,
      occurred_at: new Date(START + 60_000).toISOString(),
      data: { id: `app_${n}`, participant_id: `ptp_${n}`, status: "approved" },
    });
    expect((await takeIn(world, await delivery(JSON.stringify(body), headers))).status).toBe(200);
  }
  const [first, second] = queue.sent;
  expect(first?.deliveryId).toBe(second?.deliveryId);
  return { id, world, first, second };
}

const participantsOf = (id: string) =>
  rowsOf("SELECT id, application_status AS status FROM participants WHERE connection_id = ? ORDER BY id", id);
const deliveriesOf = (id: string) =>
  rowsOf("SELECT outcome, attempts FROM deliveries WHERE connection_id = ?", id);
const handlersOf = (id: string) =>
  rowsOf("SELECT resource FROM outbox WHERE connection_id = ? ORDER BY resource", id);

for (const isOneBatch of [true, false]) {
  test(`a body under a delivery id that was there before counts as new (${isOneBatch ? "in one batch" : "one after the other"})`, async () => {
    const { id, world, first, second } = await underOneId();
    if (isOneBatch) await consumeNow([first, second], world);
    else for (const message of [first, second]) await consumeNow([message], world);
    expect(await participantsOf(id)).toEqual([
      { id: "ptp_1", status: "approved" },
      { id: "ptp_2", status: "approved" },
    ]);
    expect(await deliveriesOf(id)).toEqual(Array(2).fill({ outcome: "applied", attempts: 1 }));
    expect(await handlersOf(id)).toEqual([
      { resource: "participant:ptp_1" },
      { resource: "participant:ptp_2" },
    ]);
  });
}
