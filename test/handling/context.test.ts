import { expect, onTestFinished, test, vi } from "vitest";
import { drain } from "../../src/handling/drain.ts";
import { type Context, type HandlerEvent, on } from "../../src/handling/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant } from "../support/grants.ts";
import { commit, connectEvent, happeningOf, testWorld, waitingRows } from "../support/handling.ts";

let act: (event: HandlerEvent<"event.updated">, ctx: Context) => Promise<void> | void = () => {};
on("event.updated", (event, ctx) => act(event, ctx), { name: "context" });
on("event.published", (event, ctx) => act(event as never, ctx), { name: "context-2" });

type Connected = Awaited<ReturnType<typeof connectEvent>>;

async function handle(
  world: ReturnType<typeof testWorld>,
  connection: Connected,
  type: "event.updated" | "event.published",
  run: typeof act,
): Promise<void> {
  act = run;
  await commit(world, connection, happeningOf(connection, type, { id: connection.eventId }, world.now()));
  const handler = type === "event.updated" ? "context" : "context-2";
  await drain(world, { kind: "drain", connectionId: connection.connectionId, handler }, 1);
  expect(await waitingRows(world, connection.connectionId)).toEqual([]);
}

test("storage belongs to one connection: another sees nothing of it", async () => {
  const world = testWorld();
  const [mine, other] = [await connectEvent(world), await connectEvent(world)];
  await handle(world, mine, "event.updated", async (_, { storage }) => {
    await storage.put("sheet/1", { row: 7 });
    await storage.put("sheet/2", "x");
    await storage.delete("sheet/2");
  });
  const seen: unknown[] = [];
  const look: typeof act = async (_, { storage }) => {
    seen.push(await storage.get("sheet/1"), await storage.count("sheet/"), await storage.list("sheet/"));
  };
  await handle(world, other, "event.updated", look);
  await handle(world, mine, "event.published", look);
  expect(seen).toEqual([undefined, 0, [], { row: 7 }, 1, [{ key: "sheet/1", value: { row: 7 } }]]);
});

test("once runs once for a key of a handler and gives its result again", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  let runs = 0;
  const results: unknown[] = [];
  const twice: typeof act = async (_, ctx) => {
    results.push(await ctx.once("mail", () => ++runs), await ctx.once("mail", () => ++runs));
  };
  await handle(world, connection, "event.updated", twice);
  await handle(world, connection, "event.updated", twice);
  expect(results).toEqual([1, 1, 1, 1]);
});

test("the idempotency key names event and handler; the log names connection and handler", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  await handle(world, connection, "event.updated", (event, ctx) => {
    expect(ctx.idempotencyKey).toBe(`${event.id}:context`);
    ctx.log.info("mine", { count: 1 });
  });
  expect(world.lines).toContainEqual(
    expect.objectContaining({ event: "mine", handler: "context", connectionId: connection.connectionId }),
  );
});

test("follow-up fetches of handlers side by side and one after the other are one call", async () => {
  const emulator = startEmulator();
  const connection = await connectGrant(emulator);
  const world = { ...testWorld(), now: () => Date.now() };
  const names: unknown[] = [];
  // Committed before the answer is made: another family than what is fetched, so that a minute-old answer serves.
  const fetchIt: typeof act = async (_, { revento }) => {
    const [first, second] = await Promise.all([
      revento.participants({ limit: 5 }),
      revento.participants({ limit: 5 }),
    ]);
    names.push(first.data.length, second.data.length);
  };
  await handle(world, connection, "event.updated", fetchIt);
  await handle(world, connection, "event.published", fetchIt);
  expect(names).toEqual([5, 5, 5, 5]);
  expect(emulator.count(`GET /api/v1/events/${connection.eventId}/participants`)).toBe(1);
});

test("an event about the very thing gets an answer that was made after it", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const emulator = startEmulator();
  const connection = await connectGrant(emulator);
  const world = { ...testWorld(), now: () => Date.now() };
  const fetchIt: typeof act = async (_, { revento }) => void (await revento.event());
  vi.setSystemTime(Date.now() + 10_000);
  await handle(world, connection, "event.updated", fetchIt);
  vi.setSystemTime(Date.now() + 10_000);
  await handle(world, connection, "event.updated", fetchIt);
  expect(emulator.count(`GET /api/v1/events/${connection.eventId}`)).toBe(2);
});

test("a scope that was not granted is refused without a call, and the event is set aside", async () => {
  const emulator = startEmulator();
  const connection = await connectGrant(emulator, { withoutScopes: ["program.read"] });
  const world = { ...testWorld(), now: () => Date.now() };
  await handle(world, connection, "event.updated", async (_, ctx) => {
    expect(ctx.hasScope("program.read")).toBe(false);
    await ctx.revento.activities();
  });
  expect(emulator.requests.filter((request) => request.startsWith("GET"))).toEqual([]);
  const letter = await world.db.raw
    .prepare("SELECT queue, reason FROM dead_letters WHERE connection_id = ?")
    .bind(connection.connectionId)
    .first();
  expect(letter).toMatchObject({
    queue: "revento-handlers",
    reason: expect.stringContaining("program.read"),
  });
});

test("a write after the end of the connection leaves nothing behind", async () => {
  const world = testWorld();
  const connection = await connectEvent(world);
  await handle(world, connection, "event.updated", async (_, ctx) => {
    await world.db.raw
      .prepare("UPDATE guards SET state = 'ended' WHERE connection_id = ?")
      .bind(connection.connectionId)
      .run();
    await ctx.storage.put("late", 1);
    expect(await ctx.storage.get("late")).toBeUndefined();
  });
});
