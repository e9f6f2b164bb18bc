import { expect, test } from "vitest";
import { endConnection, openConnection } from "../../src/connections/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import {
  reconcileHour,
  reconcilePage,
  startReconciles,
  startSync,
  sweepRuns,
} from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { rowsOf } from "../support/webhooks.ts";

const MINUTE_MS = 60_000;

/** A connection at a time of its own, far from the other tests' ones. */
async function open(at: number) {
  const clock = { at };
  const { world, sync, step } = pagesWorld(() => {
    clock.at += 1_500;
    return null;
  }, clock);
  const connection = await openPlain(world, clock.at);
  const mine = () =>
    sync.filter((message) => "life" in message && message.life.connectionId === connection.id);
  return { clock, world, sync, step, connection, mine };
}

test("a start that was lost is made up for after two minutes, and only once", async () => {
  const { clock, world, sync, step, connection, mine } = await open(Date.UTC(2026, 0, 10));
  clock.at += MINUTE_MS;
  await sweepRuns(world);
  expect(mine()).toEqual([]);
  clock.at += 2 * MINUTE_MS;
  await sweepRuns(world);
  await sweepRuns(world);
  expect(mine()).toMatchObject([
    { kind: "sync.start", run: "initial" },
    { kind: "sync.start", run: "initial" },
  ]);
  while (await step());
  const jobs = await rowsOf("SELECT kind, outcome FROM jobs WHERE connection_id = ?", connection.id);
  expect(jobs).toEqual([{ kind: "sync.initial", outcome: "complete" }]);
  await sweepRuns(world);
  expect(sync).toEqual([]);
});

test("a life after an end gets its own initial sync, an ended one gets none", async () => {
  const { clock, world, step, connection, mine } = await open(Date.UTC(2026, 1, 10));
  const { eventId, organizationId } = connection;
  await startSync(world, connection, "initial");
  while (await step());
  clock.at += 60 * MINUTE_MS;
  await endConnection(world, { eventId, organizationId, reason: "organizer_revoked", at: clock.at });
  clock.at += 5 * MINUTE_MS;
  await sweepRuns(world);
  expect(mine()).toEqual([]);
  const scopes = ["event.read", "participants.read", "program.read"];
  await openConnection(world, {
    eventId,
    organizationId,
    connectedAt: clock.at,
    grantedScopes: scopes,
    askedScopes: scopes,
  });
  clock.at += 3 * MINUTE_MS;
  await sweepRuns(world);
  expect(mine()).toMatchObject([{ kind: "sync.start", run: "initial", life: { generation: 2 } }]);
});

test("the sweeper reads an index, however many connections there are", async () => {
  const { clock, world } = await open(Date.UTC(2026, 2, 10));
  const asked: string[] = [];
  const prepare = (sql: string) => {
    asked.push(sql);
    return world.db.raw.prepare(sql);
  };
  const raw = { prepare } as unknown as D1Database;
  await sweepRuns({ ...world, db: { ...world.db, raw } });
  const plan = await rowsOf<{ detail: string }>(`EXPLAIN QUERY PLAN ${asked[0]}`, 0, clock.at);
  expect(plan.map(({ detail }) => detail).join("\n")).toContain("connections_begun (life_started_at>");
  expect(plan.filter(({ detail }) => detail.startsWith("SCAN"))).toEqual([]);
});

test("a walk that lost its message is asked on after a quarter of an hour", async () => {
  const { clock, world, sync, step, connection, mine } = await open(Date.UTC(2026, 3, 10));
  await startSync(world, connection, "initial");
  await step();
  await step();
  sync.splice(0);
  clock.at += 10 * MINUTE_MS;
  await sweepRuns(world);
  expect(mine()).toEqual([]);
  clock.at += 10 * MINUTE_MS;
  await sweepRuns(world);
  expect(mine()).toMatchObject([{ kind: "sync.page", page: 0 }]);
  while (await step());
  expect(await rowsOf("SELECT state FROM runs WHERE connection_id = ?", connection.id)).toEqual([
    { state: "complete" },
  ]);
});

test("the daily reconcile asks page by page for each connection whose hour it is, once", async () => {
  const { world, sync, connection } = await open(Date.UTC(2026, 4, 10));
  for (let index = 0; index < 120; index++) await openPlain(world, Date.UTC(2026, 4, 10));
  const scheduledAt = Date.UTC(2026, 4, 12, reconcileHour(connection.id));
  await startReconciles(world, scheduledAt);
  let pages = 0;
  const started: string[] = [];
  for (let next = sync.shift(); next !== undefined; next = sync.shift()) {
    const message: SyncMessage = next;
    if (message.kind === "sync.start") started.push(message.life.connectionId);
    if (message.kind !== "cron.page") continue;
    pages++;
    await reconcilePage(world, message);
  }
  const active = await rowsOf<{ id: string }>(
    "SELECT id FROM connections WHERE state = 'active' ORDER BY id",
  );
  const due = active.filter(({ id }) => reconcileHour(id) === reconcileHour(connection.id));
  expect(pages).toBe(Math.floor(active.length / 100) + 1);
  expect(started.sort()).toEqual(due.map(({ id }) => id));
});
