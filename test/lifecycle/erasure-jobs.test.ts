import { beforeEach, expect, test } from "vitest";
import { endConnection, findConnectionById } from "../../src/connections/index.ts";
import { on } from "../../src/handling/index.ts";
import { requestErasure } from "../../src/lifecycle/erasure/request.ts";
import { ledgerOf, runDueErasures, runErasureChunk } from "../../src/lifecycle/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import type { World } from "../../src/world.ts";
import { openPlain } from "../support/pages.ts";
import { heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

// Its rows wait in the outbox: no test here runs it.
on("erasing", () => {}, { name: "erasure-jobs" });

type Chunk = Extract<SyncMessage, { kind: "erasure.chunk" }>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const sync = heldQueue<SyncMessage>();
let now = Date.now();
const world: World = testWorld({ env: { ...withoutDelivery(), SYNC: sync }, now: () => now });

beforeEach(() => {
  sync.sent.length = 0;
});

async function requestOne(): Promise<string> {
  const { id, eventId, organizationId } = await openPlain(world, now - 1_000);
  const ending = { eventId, organizationId, at: now, isDeletionRequired: true } as const;
  await endConnection(world, { ...ending, reason: "organizer_revoked" });
  const ended = await findConnectionById(world, id);
  if (ended === null) throw new Error("not ended");
  await requestErasure(world, ended, "revento");
  return id;
}

const takeChunks = (id: string): Chunk[] =>
  sync.sent
    .splice(0)
    .filter((message) => message.kind === "erasure.chunk" && message.erasureId === id) as Chunk[];

const chunkOf = (id: string): Chunk => ({ kind: "erasure.chunk", connectionId: id, erasureId: id });

const handlersDone = (id: string) =>
  world.db.raw.prepare("DELETE FROM outbox WHERE connection_id = ?").bind(id).run();

/** The queue and the hourly cron for a while, minute by minute. @returns at which minutes a job ran, and who waits. */
async function live(id: string, minutes: number, first: readonly Chunk[]) {
  let waiting = first.map((message) => ({ message, dueAt: now }));
  const ranAt: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const due = waiting.filter(({ dueAt }) => dueAt <= now);
    waiting = waiting.filter(({ dueAt }) => dueAt > now);
    for (const { message } of due) {
      const verdict = await runErasureChunk(world, message);
      ranAt.push(minute);
      if (verdict.do === "again") waiting.push({ message, dueAt: now + verdict.inS * 1000 });
    }
    if (minute % 60 === 23) await runDueErasures(world);
    waiting.push(...takeChunks(id).map((message) => ({ message, dueAt: now })));
    now += MINUTE;
  }
  return { ranAt, waiting: waiting.length };
}

test("an erasure that waits hours for a handler has one job, which asks less and less often", async () => {
  const id = await requestOne();
  const { ranAt, waiting } = await live(id, 4 * 60, takeChunks(id));
  expect(waiting).toBe(1);
  const perHour = [0, 1, 2, 3].map((hour) => ranAt.filter((at) => Math.floor(at / 60) === hour).length);
  expect(perHour[0]).toBeGreaterThan(8);
  expect(perHour.slice(2)).toEqual([4, 4]);

  await handlersDone(id);
  await live(id, 16, [chunkOf(id)]);
  expect(await ledgerOf(world).find(id)).toMatchObject({ proof: { rows: 0 }, erasedAt: expect.any(Number) });
});

test("however many jobs there are of one erasure, one goes on waiting", async () => {
  const id = await requestOne();
  now += MINUTE;
  const verdicts = [];
  for (let job = 0; job < 9; job++) verdicts.push((await runErasureChunk(world, chunkOf(id))).do);
  expect(verdicts).toEqual(["again", ...Array.from({ length: 8 }, () => "ack")]);
});

test("a deletion that is told again asks for no second job while one is on its way", async () => {
  const id = await requestOne();
  const ended = await findConnectionById(world, id);
  if (ended === null) throw new Error("not ended");
  await requestErasure(world, ended, "revento");
  expect(takeChunks(id)).toHaveLength(1);
});

test("a job that was lost is asked for again", async () => {
  const id = await requestOne();
  takeChunks(id);
  await handlersDone(id);
  const { waiting } = await live(id, 2 * 60, []);
  expect(waiting).toBe(0);
  expect(await rowsOf("SELECT 1 FROM connections WHERE id = ? AND erased_at IS NOT NULL", id)).toHaveLength(
    1,
  );
});

test("after a mass unpublishing, those that only wait for their last look keep nobody else waiting", async () => {
  const ledger = ledgerOf(world);
  const asked = { eventId: "evt_mass", organizationId: "org_mass", generation: 1, connectedAt: 1 };
  for (let index = 0; index < 210; index++) {
    const id = `mass-${index}`;
    const requestedAt = now - 3 * HOUR;
    await ledger.request({
      ...asked,
      id,
      reason: "unpublished",
      by: "revento",
      requestedAt,
      deadlineAt: now,
    });
    await ledger.prove(id, { lookedAt: now, tables: 1, rows: 0 }, false);
  }
  const last = await requestOne();
  takeChunks(last);
  now += 2 * HOUR;
  await runDueErasures(world);
  expect(takeChunks(last)).toHaveLength(1);
});
