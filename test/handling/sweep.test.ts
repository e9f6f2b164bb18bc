import { expect, test } from "vitest";
import { on, sweepOutbox } from "../../src/handling/index.ts";
import type { HandlerMessage } from "../../src/messages.ts";
import { insertOutbox } from "../../src/outbox/index.ts";
import { commit, connectEvent, happeningOf, testWorld, waitingRows } from "../support/handling.ts";
import { consumeNow, heldQueue } from "../support/webhooks.ts";

const seen: string[] = [];
on("activity.updated", ({ data }) => void seen.push(data.id), { name: "swept" });

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const worldOf = () => {
  const base = testWorld();
  const queue = heldQueue<HandlerMessage>();
  return { world: { ...base, env: { ...base.env, HANDLERS: queue } }, queue };
};

test("rows whose nudge a crash swallowed are found a minute later, and run", async () => {
  const { world, queue } = worldOf();
  const connection = await connectEvent(world);
  await commit(world, connection, happeningOf(connection, "activity.updated", { id: "act_lost" }));
  await sweepOutbox(world);
  expect(queue.sent.filter(({ connectionId }) => connectionId === connection.connectionId)).toEqual([]);

  world.clock.now += MINUTE_MS;
  await sweepOutbox(world);
  const found = queue.sent.filter(({ connectionId }) => connectionId === connection.connectionId);
  expect(found).toEqual([{ kind: "drain", connectionId: connection.connectionId, handler: "swept" }]);
  await consumeNow(found, world, "revento-handlers");
  expect(seen).toEqual(["act_lost"]);
  expect(await waitingRows(world, connection.connectionId)).toEqual([]);
});

test("rows of a handler that is gone wait two weeks for it; hooks of an ending hold up its erasure for an hour", async () => {
  const { world } = worldOf();
  const connection = await connectEvent(world);
  const { connectionId } = connection;
  const entries = ["activity.updated", "erasing"].map((type) => ({
    connectionId,
    bodyId: crypto.randomUUID(),
    type,
    resource: `${type}:`,
    occurredAt: world.now(),
    targets: ["no longer there"],
    payload: happeningOf(connection, type),
  }));
  await world.db.raw.batch(insertOutbox(world, entries));
  const left = async () => (await waitingRows(world, connectionId)).map(({ resource }) => resource);

  world.clock.now += 59 * MINUTE_MS;
  await sweepOutbox(world);
  expect(await left()).toEqual(["activity.updated:", "erasing:"]);
  world.clock.now += MINUTE_MS;
  await sweepOutbox(world);
  expect(await left()).toEqual(["activity.updated:"]);
  world.clock.now += 14 * DAY_MS;
  await sweepOutbox(world);
  expect(await left()).toEqual([]);
});
