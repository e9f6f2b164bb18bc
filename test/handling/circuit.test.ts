import { expect, test } from "vitest";
import { drain } from "../../src/handling/drain.ts";
import { on } from "../../src/handling/index.ts";
import type { HandlerMessage } from "../../src/messages.ts";
import {
  commit,
  connectEvent,
  happeningOf,
  type TestWorld,
  testWorld,
  waitingRows,
} from "../support/handling.ts";
import { consumeNow } from "../support/webhooks.ts";

const CONNECTIONS = 50;
const BATCH = 10;
const LIMIT_S = 0.3;

let doesHang = true;
let tried = 0;
const done = { hanging: 0, other: 0 };

on(
  "location.updated",
  async () => {
    tried++;
    if (doesHang) await new Promise(() => {});
    done.hanging++;
  },
  { name: "hanging", timeLimitS: LIMIT_S },
);
on("location.updated", () => void done.other++, { name: "other" });

interface Delayed {
  readonly body: HandlerMessage;
  readonly dueAt: number;
}

/** A world whose queue keeps what is sent again until its delay is over, on the test's clock. */
function delayingWorld(): TestWorld & { readonly sent: Delayed[] } {
  const base = testWorld();
  const sent: Delayed[] = [];
  const HANDLERS = {
    send: async (body: HandlerMessage, { delaySeconds = 0 }: QueueSendOptions = {}) =>
      void sent.push({ body, dueAt: base.clock.now + delaySeconds * 1000 }),
  } as unknown as Queue<HandlerMessage>;
  return { ...base, sent, env: { ...base.env, HANDLERS } };
}

/** Delivers what is due. */
async function deliverDue(world: ReturnType<typeof delayingWorld>): Promise<void> {
  const due = world.sent.filter(({ dueAt }) => dueAt <= world.clock.now);
  const later = world.sent.filter(({ dueAt }) => dueAt > world.clock.now);
  world.sent.splice(0, world.sent.length, ...later);
  await consumeAll(
    world,
    due.map(({ body }) => body),
  );
}

async function connectMany(world: TestWorld, count: number, rows: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const connection = await connectEvent(world);
    const happenings = Array.from({ length: rows }, (_, row) =>
      happeningOf(connection, "location.updated", { id: `loc_${row}` }),
    );
    await commit(world, connection, ...happenings);
    ids.push(connection.connectionId);
  }
  return ids;
}

const messagesFor = (ids: readonly string[]): HandlerMessage[] =>
  ids.flatMap((connectionId) =>
    ["hanging", "other"].map((handler) => ({ kind: "drain", connectionId, handler }) as const),
  );

/** One batch after the other, as a single consumer takes them. */
async function consumeAll(world: TestWorld, messages: readonly HandlerMessage[]): Promise<void> {
  for (let start = 0; start < messages.length; start += BATCH) {
    const { retried } = await consumeNow(messages.slice(start, start + BATCH), world, "revento-handlers");
    expect(retried).toEqual([]);
  }
}

test("a handler that hangs on 50 connections holds up one batch for one time limit; the other handler is done everywhere", async () => {
  const world = delayingWorld();
  Object.assign(done, { hanging: 0, other: 0 });
  [doesHang, tried] = [true, 0];
  const ids = await connectMany(world, CONNECTIONS, 12);

  await consumeAll(world, messagesFor(ids));
  expect(done).toEqual({ hanging: 0, other: CONNECTIONS * 12 });
  // Five of the first batch ran over, eight rows each; every later batch found the handler paused.
  expect(tried).toBe(5 * 8);

  // Every pair has a wake on its way. The five that ran look again at once and then wait like the others; more nudges add none.
  expect(world.sent.map(({ body }) => body.connectionId).toSorted()).toEqual(ids.toSorted());
  for (let nudge = 0; nudge < 2; nudge++) await consumeAll(world, messagesFor(ids));
  expect([world.sent.length, tried]).toEqual([CONNECTIONS + 5, 5 * 8]);

  // After the pause one tries for all. It still hangs: the next pause is longer.
  world.clock.now += 61_000;
  await deliverDue(world);
  expect(tried).toBeLessThanOrEqual(5 * 8 + 8);
  const afterProbe = tried;
  world.clock.now += 61_000;
  await deliverDue(world);
  expect(tried).toBe(afterProbe);

  // It answers again: everything is handled, none lost, none set aside.
  doesHang = false;
  for (let minutes = 0; minutes < 60 && done.hanging < CONNECTIONS * 12; minutes++) {
    world.clock.now += 61_000;
    await deliverDue(world);
  }
  expect(done.hanging).toBe(CONNECTIONS * 12);
  for (const id of ids) expect(await waitingRows(world, id)).toEqual([]);
});

test("a handler that hangs on one thing only is not paused: what it can do goes on", async () => {
  const world = delayingWorld();
  Object.assign(done, { hanging: 0, other: 0 });
  doesHang = true;
  const [bad = "", good = ""] = await connectMany(world, 2, 1);
  const message = (connectionId: string) => ({ kind: "drain", connectionId, handler: "hanging" }) as const;
  for (let round = 0; round < 4; round++) {
    doesHang = true;
    await drain(world, message(bad), 1);
    doesHang = false;
    await drain(world, message(good), 1);
    world.clock.now += 3_600_000;
    await world.db.raw.prepare("UPDATE outbox SET next_at = 0 WHERE connection_id = ?").bind(bad).run();
    const connection = await connectEvent(world);
    await commit(world, connection, happeningOf(connection, "location.updated", { id: "loc" }));
    await drain(world, message(connection.connectionId), 1);
    expect(await waitingRows(world, connection.connectionId)).toMatchObject([{ target: "other" }]);
  }
  expect(await world.db.raw.prepare("SELECT * FROM handler_circuits").all()).toMatchObject({ results: [] });
});

test("what an erasure waits for is tried while its handler is paused", async () => {
  const world = delayingWorld();
  await world.db.raw
    .prepare("INSERT INTO handler_circuits (handler, strikes, until) VALUES ('told', 5, ?)")
    .bind(world.clock.now + 900_000)
    .run();
  const told: string[] = [];
  on("erasing", ({ type }) => void told.push(type), { name: "told" });
  const connection = await connectEvent(world);
  await commit(world, connection, happeningOf(connection, "erasing"));
  await drain(world, { kind: "drain", connectionId: connection.connectionId, handler: "told" }, 1);
  expect(told).toEqual(["erasing"]);
});
