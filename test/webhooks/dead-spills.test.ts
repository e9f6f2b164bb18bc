import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { openDatabase } from "../../src/db/client.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { replayDeadLetter } from "../../src/webhooks/index.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { faultyD1 } from "../support/faulty-d1.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, delivery, envelope, heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const DEAD = "revento-webhooks-dead";
const HOURS = 3_600_000;

/** A world over a queue that holds what is sent, at a time. */
function holding(now: () => number = () => Date.now(), database: D1Database = env.DB) {
  const queue = heldQueue<WebhookMessage>();
  const bindings = { ...withoutDelivery(), DB: database, WEBHOOKS: queue } as Env;
  return { world: testWorld({ now, env: bindings, db: openDatabase(database) }), sent: queue.sent };
}

/** An approval of so many bytes at least, taken in: the message that its queue holds. */
async function takenIn(size: number) {
  const { id, eventId, organizationId } = await openPlain(testWorld(), START);
  const { world, sent } = holding();
  const body = envelope({
    type: "application.approved",
    event_id: eventId,
    organization_id: organizationId,
    occurred_at: new Date(START + 60_000).toISOString(),
    data: { id: "app_1", participant_id: "ptp_1", status: "approved", note: "x".repeat(size) },
  });
  expect((await takeIn(world, await delivery(JSON.stringify(body)))).status).toBe(200);
  expect(sent).toHaveLength(1);
  return { id, message: sent[0] as WebhookMessage };
}

const spillsOf = (message: WebhookMessage) =>
  rowsOf("SELECT id FROM spills WHERE id = ?", message.spillId ?? "");
const lettersOf = (id: string) =>
  rowsOf<{ id: string }>("SELECT id FROM dead_letters WHERE connection_id = ?", id);
const statusesOf = (id: string) =>
  rowsOf("SELECT application_status AS status FROM participants WHERE connection_id = ?", id);

test("a spilled message that was given up on: the letter holds its body, and the spill is gone", async () => {
  const { id, message } = await takenIn(200_000);
  expect(await spillsOf(message)).toHaveLength(1);
  expect((await consumeNow([message], holding().world, DEAD)).acked).toHaveLength(1);
  expect(await spillsOf(message)).toEqual([]);
  const [letter] = await lettersOf(id);
  const later = holding();
  expect(await replayDeadLetter(later.world, letter?.id ?? "", "operator")).toBe("replayed");
  await consumeNow(later.sent, later.world);
  expect(await statusesOf(id)).toEqual([{ status: "approved" }]);
});

test("the spill stays while its letter is not kept", async () => {
  const { id, message } = await takenIn(200_000);
  const database = faultyD1(env.DB);
  Object.assign(database, { fault: "error", only: "INSERT INTO dead_letters" });
  const { retried } = await consumeNow([message], holding(Date.now, database.binding).world, DEAD);
  expect([retried.length, database.struck]).toEqual([1, 1]);
  expect([await spillsOf(message), await lettersOf(id)]).toEqual([[{ id: message.spillId }], []]);
});

for (const size of [1, 200_000]) {
  test(`a letter of ${size} bytes and more that is replayed six hours later is applied`, async () => {
    const { id, message } = await takenIn(size);
    await consumeNow([message], holding().world, DEAD);
    const [letter] = await lettersOf(id);
    const { world, sent } = holding(() => Date.now() + 6 * HOURS);
    expect(await replayDeadLetter(world, letter?.id ?? "", "operator")).toBe("replayed");
    expect((await consumeNow(sent, world)).acked).toHaveLength(1);
    expect(await statusesOf(id)).toEqual([{ status: "approved" }]);
    expect(await rowsOf("SELECT outcome FROM deliveries WHERE connection_id = ?", id)).toEqual([
      { outcome: "applied" },
    ]);
    expect(await lettersOf(id)).toEqual([]);
  });
}
