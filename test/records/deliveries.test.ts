import { expect, test } from "vitest";
import { type DeliveryKey, listDeliveries } from "../../src/records/index.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, envelope, messageOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.now() - 60_000;

async function connected() {
  const clock = { at: START };
  const world = testWorld({ env: withoutDelivery(), now: () => clock.at });
  const { eventId: event_id, organizationId: organization_id } = await openPlain(world, START);
  const application = (n: number) =>
    envelope({
      type: "application.approved",
      event_id,
      organization_id,
      occurred_at: new Date(START + n * 1_000).toISOString(),
      data: { id: `app_${n}`, participant_id: `ptp_${n}`, user_id: `usr_${n}`, status: "approved" },
    });
  const consume = async (...messages: ReturnType<typeof messageOf>[]) => {
    clock.at += 1_000;
    await consumeNow(messages, world);
  };
  /** Delivery ids by pages of a size, newest first. */
  const listed = async (limit: number) => {
    const pages: string[][] = [];
    for (let after: DeliveryKey | null = null; ; ) {
      const rows = await listDeliveries(world, { after, limit });
      const last = rows.at(-1);
      if (last === undefined) return pages;
      pages.push(rows.filter((row) => row.eventId === event_id).map((row) => row.deliveryId));
      after = last.key;
    }
  };
  return { application, consume, listed };
}

test("deliveries are listed newest first, also those of one batch, by pages of any size", async () => {
  const { application, consume, listed } = await connected();
  const message = (n: number) => messageOf(application(n), `dlv_order_${n}`);
  await consume(message(1), message(2), message(3));
  await consume(message(4), message(5));
  const expected = [5, 4, 3, 2, 1].map((n) => `dlv_order_${n}`);
  for (const limit of [1, 2, 3, 100]) expect((await listed(limit)).flat(), `${limit}`).toEqual(expected);
});

test("two bodies under one delivery id are two deliveries, each listed once", async () => {
  const { application, consume, listed } = await connected();
  await consume(messageOf(application(1), "dlv_twice"));
  await consume(messageOf(application(2), "dlv_twice"));
  expect((await listed(100)).flat()).toEqual(["dlv_twice", "dlv_twice"]);
});
