import { expect, test } from "vitest";
import { endConnection, findConnectionById, openConnection } from "../../src/connections/index.ts";
import { drain } from "../../src/handling/drain.ts";
import { type Context, GiveUp, on } from "../../src/handling/index.ts";
import { requestErasure } from "../../src/lifecycle/erasure/request.ts";
import { runErasureChunk } from "../../src/lifecycle/index.ts";
import { enqueueHook, nudgeHooks } from "../../src/outbox/index.ts";
import { connectEvent, testWorld, waitingRows } from "../support/handling.ts";

const HOOKS = ["connected", "reconnected", "ended", "erasing"] as const;
const seen: string[] = [];
let duringErasing: (ctx: Context) => Promise<void> = async () => {};

for (const hook of HOOKS) {
  on(
    hook,
    async (event, ctx) => {
      seen.push(`${ctx.connection.eventId} ${event.type} ${JSON.stringify(event.data)}`);
      if (hook === "erasing") await duringErasing(ctx);
    },
    { name: `watch-${hook}` },
  );
}
on("signed-in", () => {}, { name: "watch-signed-in" });

/** Its queues do not run: what waits is drained by hand. */
const still = () => {
  const world = testWorld();
  const queue = { send: async () => {}, sendBatch: async () => {} } as unknown as Queue;
  return { ...world, env: { ...world.env, HANDLERS: queue, SYNC: queue } };
};

async function drainAll(world: ReturnType<typeof still>, connectionId: string): Promise<void> {
  for (const hook of HOOKS) await drain(world, { kind: "drain", connectionId, handler: `watch-${hook}` }, 1);
}

const opening = (connection: { eventId: string; organizationId: string }, connectedAt: number) => ({
  eventId: connection.eventId,
  organizationId: connection.organizationId,
  connectedAt,
  grantedScopes: [],
  askedScopes: [],
});

test("connected, ended and reconnected reach handlers; signing in again is neither", async () => {
  const world = still();
  const connection = await connectEvent(world);
  await openConnection(world, opening(connection, world.now() + 1));
  await endConnection(world, { ...connection, reason: "invalid_grant", at: world.now(), generation: 2 });
  await endConnection(world, { ...connection, reason: "token_revoked", at: world.now(), generation: 2 });
  await openConnection(world, opening(connection, world.now() + 2));
  await drainAll(world, connection.connectionId);
  expect(seen.filter((line) => line.startsWith(connection.eventId))).toEqual([
    `${connection.eventId} connected {}`,
    `${connection.eventId} reconnected {}`,
    `${connection.eventId} ended {"reason":"invalid_grant"}`,
  ]);
});

test("an erasure waits for its handlers, which still read what they kept; then nothing is left", async () => {
  const world = still();
  const connection = await connectEvent(world);
  const { connectionId } = connection;
  await world.db.raw
    .prepare("INSERT INTO handler_storage VALUES (?, 'kept/sheet', '\"sheet-1\"', 0)")
    .bind(connectionId)
    .run();
  await endConnection(world, {
    ...connection,
    reason: "organizer_revoked",
    at: world.now(),
    isDeletionRequired: true,
  });
  const ended = await findConnectionById(world, connectionId);
  if (ended === null) throw new Error("the connection is gone");
  await requestErasure(world, ended, "test");
  const chunk = { kind: "erasure.chunk", connectionId, erasureId: connectionId } as const;
  expect(await runErasureChunk(world, chunk)).toMatchObject({ do: "again" });

  let kept: unknown;
  duringErasing = async (ctx) => {
    kept = await ctx.storage.get("sheet");
    await ctx.storage.put("late", "a write after the end is not kept");
  };
  await drainAll(world, connectionId);
  expect(kept).toBe("sheet-1");
  world.clock.now += 5_000;
  expect(await runErasureChunk(world, chunk)).toEqual({ do: "ack" });
  const left = await world.db.raw
    .prepare("SELECT count(*) AS n FROM handler_storage WHERE connection_id = ?")
    .bind(connectionId)
    .first();
  expect(left).toEqual({ n: 0 });
});

test("a handler that could not erase stays in the audit log when everything else is gone", async () => {
  const world = still();
  const connection = await connectEvent(world);
  const { connectionId } = connection;
  await endConnection(world, {
    ...connection,
    reason: "organizer_revoked",
    at: world.now(),
    isDeletionRequired: true,
  });
  const ended = await findConnectionById(world, connectionId);
  if (ended === null) throw new Error("the connection is gone");
  await requestErasure(world, ended, "test");
  duringErasing = () => Promise.reject(new GiveUp("the sheet of Ada is locked"));
  await drainAll(world, connectionId);
  const chunk = { kind: "erasure.chunk", connectionId, erasureId: connectionId } as const;
  expect(await runErasureChunk(world, chunk)).toEqual({ do: "ack" });
  duringErasing = async () => {};
  const rows = async (sql: string) => (await world.db.raw.prepare(sql).bind(connectionId).all()).results;
  expect(await rows("SELECT id FROM dead_letters WHERE connection_id = ?")).toEqual([]);
  expect(
    await rows("SELECT detail FROM audit WHERE connection_id = ? AND action = 'erasing.handler_failed'"),
  ).toEqual([{ detail: '{"handler":"watch-erasing","attempts":1}' }]);
});

test("erasing is also told after the event was connected anew", async () => {
  const world = still();
  const connection = await connectEvent(world);
  await endConnection(world, {
    ...connection,
    reason: "organizer_revoked",
    at: world.now(),
    isDeletionRequired: true,
  });
  const again = await openConnection(world, opening(connection, world.now() + 1));
  expect(again.connectionId).not.toBe(connection.connectionId);
  await drainAll(world, connection.connectionId);
  expect(seen).toContain(`${connection.eventId} erasing {"reason":"organizer_revoked"}`);
});

test("a hook that anybody enqueues waits once, and only where a handler wants it", async () => {
  const world = still();
  const { connectionId, eventId, organizationId } = await connectEvent(world);
  const common = { connectionId, eventId, organizationId, key: "s1", occurredAt: 1 };
  const hook = { ...common, type: "signed-in", data: { user_id: "usr_1" } } as const;
  await world.db.raw.batch([...enqueueHook(world, hook), ...enqueueHook(world, hook)]);
  await nudgeHooks(world, hook);
  const rows = await waitingRows(world, connectionId);
  expect(rows.filter(({ target }) => target === "watch-signed-in")).toHaveLength(1);
});
