import { expect, test } from "vitest";
import { drain } from "../../src/handling/drain.ts";
import { type Context, GiveUp, type HandlerEvent, on, RetryLater } from "../../src/handling/index.ts";
import { LEASE_MS, nextRows, takeLease } from "../../src/handling/lease.ts";
import { MAX_ATTEMPTS } from "../../src/handling/policy.ts";
import {
  commit,
  connectEvent,
  happeningOf,
  type TestWorld,
  testWorld,
  waitingRows,
} from "../support/handling.ts";

/** One handler whose behaviour each test replaces. Its rows of other tests belong to other connections. */
let act: (event: HandlerEvent<"activity.updated">, ctx: Context) => Promise<void> | void = () => {};
on("activity.updated", (event, ctx) => act(event, ctx), { name: "subject", timeLimitS: 0.05 });
on("activity.updated", () => {}, { name: "bystander" });

const message = (connectionId: string, handler = "subject") =>
  ({ kind: "drain", connectionId, handler }) as const;

async function deadLetters(world: TestWorld, connectionId: string) {
  const sql = "SELECT queue, reason, type, attempts FROM dead_letters WHERE connection_id = ?";
  return (await world.db.raw.prepare(sql).bind(connectionId).all()).results;
}

test("rows of one resource run in commit order, and each once", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  const seen: string[] = [];
  act = async ({ data }) => {
    await Promise.resolve();
    seen.push(`${data.id}:${data.status}`);
  };
  const steps = ["a", "b", "c"].flatMap((status) => ["act_1", "act_2"].map((id) => ({ id, status })));
  await commit(world, connection, ...steps.map((data) => happeningOf(connection, "activity.updated", data)));
  expect(await drain(world, message(connection.connectionId), 1)).toEqual({ do: "ack" });
  expect(seen.filter((step) => step.startsWith("act_1"))).toEqual(["act_1:a", "act_1:b", "act_1:c"]);
  expect(seen).toHaveLength(6);
  expect((await waitingRows(world, connection.connectionId)).map(({ target }) => target)).toEqual(
    Array.from({ length: 6 }, () => "bystander"),
  );
});

test("a throwing handler is tried again later; its resource waits for it, others go on", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  const seen: string[] = [];
  act = ({ data }, { attempt }) => {
    if (data.id === "bad" && data.status === "1" && attempt === 1) throw new Error("broken");
    seen.push(`${data.id}:${data.status}`);
  };
  const steps = [
    { id: "bad", status: "1" },
    { id: "bad", status: "2" },
    { id: "good", status: "1" },
  ];
  await commit(world, connection, ...steps.map((data) => happeningOf(connection, "activity.updated", data)));
  const verdict = await drain(world, message(connection.connectionId), 1);
  expect(verdict).toMatchObject({ do: "again", inS: expect.any(Number) });
  expect(seen).toEqual(["good:1"]);
  world.clock.now += 10_000;
  await drain(world, message(connection.connectionId), 1);
  expect(seen).toEqual(["good:1", "bad:1", "bad:2"]);
});

test("a hanging handler is ended by its time limit, and its signal tells it", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  let signal: AbortSignal | undefined;
  act = (_, ctx) => {
    signal = ctx.signal;
    return new Promise(() => {});
  };
  await commit(world, connection, happeningOf(connection, "activity.updated", { id: "a" }));
  expect(await drain(world, message(connection.connectionId), 1)).toMatchObject({ do: "again" });
  expect(signal?.aborted).toBe(true);
  const [row] = await waitingRows(world, connection.connectionId);
  expect(row).toMatchObject({ attempts: 1, error: expect.stringContaining("TimeLimitExceeded") });
});

test("a row that fails every time is set aside alone, and the next of its resource runs", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  const seen: unknown[] = [];
  act = ({ data }) => {
    if (data.status === "poison") throw new Error("always");
    seen.push(data.status);
  };
  const steps = [
    { id: "a", status: "poison" },
    { id: "a", status: "fine" },
  ];
  await commit(world, connection, ...steps.map((data) => happeningOf(connection, "activity.updated", data)));
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    await drain(world, message(connection.connectionId), 1);
    world.clock.now += 3_700_000;
  }
  expect(seen).toEqual(["fine"]);
  expect(await deadLetters(world, connection.connectionId)).toEqual([
    {
      queue: "revento-handlers",
      reason: "subject: Error: always",
      type: "activity.updated",
      attempts: MAX_ATTEMPTS,
    },
  ]);
});

test("what a crash interrupted runs again, alone, and counts as an attempt", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  await commit(
    world,
    connection,
    ...["a", "b"].map((id) => happeningOf(connection, "activity.updated", { id })),
  );
  const lease = await takeLease(world, connection.connectionId, "subject");
  if (!("token" in lease)) throw new Error("the lease was free");
  expect(await nextRows(world, lease, [])).toHaveLength(2);

  const seen: string[] = [];
  act = ({ data }, { attempt }) => void seen.push(`${data.id}:${attempt}`);
  expect(await drain(world, message(connection.connectionId), 1)).toEqual({ do: "ack" });
  expect(await drain(world, message(connection.connectionId), 2)).toMatchObject({ do: "retry" });
  expect(seen).toEqual([]);
  world.clock.now += LEASE_MS;
  await drain(world, message(connection.connectionId), 1);
  world.clock.now += 5_000;
  await drain(world, message(connection.connectionId), 1);
  expect(seen).toEqual(["a:2", "b:2"]);
});

test("a row that crashes the isolate every time is set aside in the end", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  await commit(world, connection, happeningOf(connection, "activity.updated", { id: "killer" }));
  for (let crash = 0; crash < MAX_ATTEMPTS; crash++) {
    const lease = await takeLease(world, connection.connectionId, "subject");
    if (!("token" in lease)) throw new Error("the lease was free");
    world.clock.now += 10_000;
    await nextRows(world, lease, []);
    world.clock.now += LEASE_MS;
  }
  await drain(world, message(connection.connectionId), 1);
  world.clock.now += 10_000;
  await drain(world, message(connection.connectionId), 1);
  expect(await deadLetters(world, connection.connectionId)).toMatchObject([
    { reason: "subject: interrupted each time" },
  ]);
});

test("drains side by side run no row twice", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  const seen: string[] = [];
  act = async ({ data }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    seen.push(data.id);
  };
  const ids = Array.from({ length: 40 }, (_, index) => `act_${index}`);
  await commit(world, connection, ...ids.map((id) => happeningOf(connection, "activity.updated", { id })));
  await Promise.all(Array.from({ length: 5 }, () => drain(world, message(connection.connectionId), 1)));
  expect(seen.toSorted()).toEqual(ids.toSorted());
});

test("a handler may ask for its own pause", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  act = () => {
    throw new RetryLater(600);
  };
  await commit(world, connection, happeningOf(connection, "activity.updated", { id: "a" }));
  expect(await drain(world, message(connection.connectionId), 1)).toEqual({ do: "again", inS: 600 });
  expect(await drain(world, message(connection.connectionId), 1)).toEqual({ do: "ack" });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -5])(
  "a pause of %s seconds is the usual one, and the neighbours of the row are settled",
  async (inS) => {
    const world = testWorld();
    const connection = await connectEvent(world);
    act = ({ data }) => {
      if (data.id === "late") throw new RetryLater(inS);
    };
    const happenings = ["late", "fine"].map((id) => happeningOf(connection, "activity.updated", { id }));
    await commit(world, connection, ...happenings);
    const verdict = await drain(world, message(connection.connectionId), 1);
    expect(verdict).toMatchObject({ do: "again", inS: expect.toSatisfy((s) => s >= 1 && s <= 6) });
    const rows = await waitingRows(world, connection.connectionId);
    const mine = rows.filter(({ target }) => target === "subject");
    expect(mine).toMatchObject([{ resource: "activity:late", attempts: 1 }]);
  },
);

test("a pause of weeks is one of a day", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  act = () => {
    throw new RetryLater(30 * 86_400);
  };
  await commit(world, connection, happeningOf(connection, "activity.updated", { id: "a" }));
  expect(await drain(world, message(connection.connectionId), 1)).toEqual({ do: "again", inS: 86_400 });
});

test("what a handler throws is for the operator: the log has the name of the error alone", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  act = ({ data }) => {
    if (data.id === "later") throw new TypeError("no such person: ada@example.com");
    throw new GiveUp("ada@example.com is locked");
  };
  const happenings = ["later", "never"].map((id) => happeningOf(connection, "activity.updated", { id }));
  await commit(world, connection, ...happenings);
  await drain(world, message(connection.connectionId), 1);
  const logged = world.lines.filter(({ event }) => event.startsWith("handlers."));
  expect(logged.map(({ event, error }) => [event, error])).toEqual([
    ["handlers.retry", "TypeError"],
    ["handlers.set_aside", "GiveUp"],
  ]);
  expect(JSON.stringify(world.lines)).not.toContain("ada@example.com");
  const rows = await waitingRows(world, connection.connectionId);
  expect(rows.map(({ error }) => error)).toContain("TypeError: no such person: ada@example.com");
});
