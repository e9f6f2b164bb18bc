import { env } from "cloudflare:workers";
import { expect, onTestFinished, test } from "vitest";
import { isListed } from "../../emulator/state/store.ts";
import type { Env } from "../../src/bindings.ts";
import { endConnection, openConnection } from "../../src/connections/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { confirmReconcile, startSync, sweepRuns } from "../../src/mirror/index.ts";
import type { World } from "../../src/world.ts";
import type { Life } from "../support/flaky.ts";
import { openStage, type Stage } from "../support/stage.ts";
import { consumeNow, rowsOf } from "../support/webhooks.ts";
import { wrappedD1 } from "../support/wrapped-d1.ts";

const MINUTE_MS = 60_000;
/** A stage that begins on a Wednesday: some days go by before Revento's sandbox is reset, which brings people back. */
const WEDNESDAY = 200_000;

/** Lives of which the first that asks for a walk is killed there: what it did before is done, and nothing is sent. */
function mortal({ world }: Stage): { live: () => Life; kills: () => number } {
  let kills = 0;
  const live = (): Life => {
    const death = Promise.withResolvers<"killed">();
    const send = async (message: SyncMessage) => {
      if (message.kind !== "sync.start" || kills > 0) return world.env.SYNC.send(message);
      kills++;
      death.resolve("killed");
      return new Promise(() => undefined);
    };
    const SYNC = { ...world.env.SYNC, send } as Env["SYNC"];
    return { world: { ...world, env: { ...world.env, SYNC } }, killed: death.promise };
  };
  return { live, kills: () => kills };
}

const stateOf = async ({ connection }: Stage, id: string) =>
  (
    await rowsOf<{ state: string }>(
      "SELECT state FROM participants WHERE connection_id = ? AND id = ?",
      connection.id,
      id,
    )
  )[0]?.state;

const endedJobs = async ({ connection }: Stage) =>
  (
    await rowsOf<{ outcome: string }>(
      "SELECT outcome FROM jobs WHERE connection_id = ? ORDER BY finished_at",
      connection.id,
    )
  ).map(({ outcome }) => outcome);

/** A mirror, and in Revento people who cancelled since: there is no webhook for that. */
async function withCancelled(count: number, seed?: number) {
  const stage = await openStage({ participants: 80, ...(seed === undefined ? {} : { seed }) });
  await stage.reconcile();
  const [event] = stage.emulator.state.store.events.values();
  const gone = event?.participants.all().filter(isListed).slice(0, count) ?? [];
  for (const { id } of gone) stage.emulator.actions.cancel(stage.connection.eventId, id);
  await stage.advance(60_000);
  return { stage, gone: gone.map(({ id }) => id) };
}

test("a walk that is killed before it asks for the second one: the second comes all the same", async () => {
  const { stage, gone } = await withCancelled(1);
  const { live, kills } = mortal(stage);
  await stage.reconcile(live);
  expect(kills()).toBe(1);
  expect(await stateOf(stage, gone[0] ?? "")).toBe("cancelled");
  expect(await endedJobs(stage)).toEqual(["complete", "complete", "complete"]);
});

test("a walk that lost its cursor and is killed before it begins anew: it begins anew, once", async () => {
  const { stage } = await withCancelled(0);
  let lost = 0;
  stage.intercept = (path, answer) => {
    if (!path.includes("cursor=") || lost > 0) return answer;
    lost++;
    return { ...answer, status: 400, body: JSON.stringify({ error: "invalid_request" }) };
  };
  const { live, kills } = mortal(stage);
  await stage.reconcile(live);
  expect([lost, kills()]).toEqual([1, 1]);
  expect(await endedJobs(stage)).toEqual(["complete", "failed", "complete"]);
});

test("a message that was lost altogether, and a confirmation that was: the sweeper asks, until the walk has begun", async () => {
  const { stage, gone } = await withCancelled(30, WEDNESDAY);
  await stage.reconcile();
  expect(await endedJobs(stage)).toEqual(["complete", "frozen"]);
  // Whoever confirms takes their time, and the walk that froze may have followed others.
  stage.clock.at += 3 * 1_440 * MINUTE_MS;
  await env.DB.prepare("UPDATE runs SET follows = 3 WHERE connection_id = ?").bind(stage.connection.id).run();
  const { live, kills } = mortal(stage);
  const { world, killed } = live();
  expect(await Promise.race([confirmReconcile(world, stage.connection, "operator"), killed])).toBe("killed");
  expect(kills()).toBe(1);
  await sweepRuns(stage.world);
  expect(stage.sync).toEqual([]);
  stage.clock.at += 20 * MINUTE_MS;
  await sweepRuns(stage.world);
  await sweepRuns(stage.world);
  expect(stage.sync).toMatchObject([
    { kind: "sync.start", follows: 1 },
    { kind: "sync.start", follows: 1 },
  ]);
  await stage.drainSync();
  expect(await endedJobs(stage)).toEqual(["complete", "frozen", "complete"]);
  for (const id of gone) expect(await stateOf(stage, id)).toBe("cancelled");
  stage.clock.at += 20 * MINUTE_MS;
  await sweepRuns(stage.world);
  expect(stage.sync).toEqual([]);
});

const endNow = ({ world, connection: { eventId, organizationId }, clock }: Stage) =>
  endConnection(world, { eventId, organizationId, reason: "organizer_revoked", at: clock.at });

const SILENT: Readonly<
  Record<string, readonly [laterMs: number, happens: (stage: Stage) => Promise<unknown>]>
> = {
  "of a connection that has ended": [20 * MINUTE_MS, endNow],
  "of a life that was followed by another": [
    20 * MINUTE_MS,
    async (stage) => {
      await endNow(stage);
      const { eventId, organizationId } = stage.connection;
      const connectedAt = stage.clock.at + 1000;
      const scopes = ["event.read"];
      const life = { eventId, organizationId, connectedAt, grantedScopes: scopes, askedScopes: scopes };
      await openConnection(stage.world, life);
    },
  ],
  "while the integration is suspended": [
    20 * MINUTE_MS,
    async ({ clock }) => {
      await env.DB.prepare("INSERT INTO platform_state (key, at) VALUES ('suspended_at', ?)")
        .bind(clock.at)
        .run();
      onTestFinished(() => void env.DB.prepare("DELETE FROM platform_state").run());
    },
  ],
  "after two days, when daily walks have run": [3 * 1_440 * MINUTE_MS, async () => undefined],
};

test.each(Object.entries(SILENT))("the sweeper asks for nothing %s", async (_, [laterMs, happens]) => {
  const { stage } = await withCancelled(1);
  const { live, kills } = mortal(stage);
  await startSync(stage.world, stage.connection, "reconcile");
  while (kills() === 0) expect(await stage.drainSync(1, live)).toBe(1);
  await happens(stage);
  stage.sync.splice(0);
  stage.clock.at += laterMs;
  await sweepRuns(stage.world);
  expect(
    stage.sync.filter((message) => message.kind === "sync.start" && message.follows !== undefined),
  ).toEqual([]);
});

test("a mere duplicate of a walk's last page asks for no walk; a redelivery asks for the one that its row names", async () => {
  const { stage } = await withCancelled(1);
  stage.clock.at += MINUTE_MS;
  await startSync(stage.world, stage.connection, "reconcile");
  let last: SyncMessage | undefined;
  while (!stage.sync.some((message) => message.kind === "sync.start" && message.follows === 1)) {
    [last] = stage.sync;
    expect(await stage.drainSync(1)).toBe(1);
  }
  const [asked] = stage.sync.splice(0);
  await consumeNow([last], stage.world, "revento-sync", 1);
  expect(stage.sync).toEqual([]);
  await consumeNow([last], stage.world, "revento-sync", 2);
  expect(stage.sync).toEqual([asked]);
});

/** Counts the calls to Revento from now on. */
function countCalls(stage: Stage): () => number {
  let calls = 0;
  stage.intercept = (_, answer) => {
    calls++;
    return answer;
  };
  return () => calls;
}

/** A walk that missed somebody, up to the message that asks for the one that follows. */
async function untilFollowed(stage: Stage): Promise<SyncMessage> {
  stage.clock.at += MINUTE_MS;
  await startSync(stage.world, stage.connection, "reconcile");
  for (;;) {
    const asked = stage.sync.find((message) => message.kind === "sync.start" && message.follows === 1);
    if (asked !== undefined) return structuredClone(asked);
    if ((await stage.drainSync(1)) === 0) throw new Error("no walk followed");
  }
}

test("a copy of its message that comes after other walks begins nothing, and no walk is held up by it", async () => {
  const { stage } = await withCancelled(1);
  const copy = await untilFollowed(stage);
  await stage.drainSync();
  const calls = countCalls(stage);
  // Its pages are there after one more walk, and overwritten after two.
  for (let day = 0; day < 2; day++) {
    stage.clock.at += 1_440 * MINUTE_MS;
    await stage.reconcile();
    const before = calls();
    stage.sync.push(structuredClone(copy));
    await stage.drainSync();
    expect(calls()).toBe(before);
  }
  const before = await endedJobs(stage);
  const [run] = await rowsOf<{ state: string }>(
    "SELECT state FROM runs WHERE connection_id = ?",
    stage.connection.id,
  );
  expect(run?.state).toBe("complete");
  await stage.reconcile();
  expect(await endedJobs(stage)).toEqual([...before, "complete"]);
});

test("a copy of the message of a walk that was given up begins nothing either", async () => {
  const { stage } = await withCancelled(0);
  await startSync(stage.world, stage.connection, "reconcile");
  const copy = structuredClone(stage.sync[0]);
  if (copy?.kind !== "sync.start") throw new Error("no walk was asked for");
  await stage.drainSync(4);
  stage.sync.splice(0);
  // Another takes its place, and fails before it overwrites a page.
  stage.clock.at += 2 * 60 * MINUTE_MS;
  stage.intercept = (_, answer) => ({
    ...answer,
    status: 400,
    body: JSON.stringify({ error: "invalid_request" }),
  });
  await stage.reconcile();
  expect((await endedJobs(stage)).at(-1)).toBe("failed");
  const calls = countCalls(stage);
  stage.sync.push(copy);
  await stage.drainSync();
  expect(calls()).toBe(0);
  const [run] = await rowsOf<{ id: string; state: string }>(
    "SELECT id, state FROM runs WHERE connection_id = ?",
    stage.connection.id,
  );
  expect(run).toMatchObject({ state: "failed" });
  expect(run?.id).not.toBe(copy.jobId);
});

test("two jobs that end one walk ask for one that follows: the one that its row names", async () => {
  const { stage } = await withCancelled(1);
  stage.clock.at += MINUTE_MS;
  await startSync(stage.world, stage.connection, "reconcile");
  const isLast = (message: SyncMessage | undefined) =>
    message?.kind === "sync.page" && message.resource === "program";
  while (!isLast(stage.sync[0])) expect(await stage.drainSync(1)).toBe(1);
  const last = stage.sync.shift();
  if (last?.kind !== "sync.page") throw new Error("no last page");
  // The page is written, and the Worker killed before it judges the walk.
  const { live } = flakyOnce(stage);
  await consumeNow([last], live, "revento-sync", 1);
  const { life, runId } = last;
  await Promise.all([
    consumeNow([last], stage.world, "revento-sync", 2),
    consumeNow([{ kind: "sync.page", life, runId, page: 0 }], stage.world, "revento-sync", 1),
  ]);
  const [run] = await rowsOf<{ job: string }>(
    "SELECT follow_job AS job FROM runs WHERE connection_id = ?",
    stage.connection.id,
  );
  const asked = stage.sync.filter((message) => message.kind === "sync.start");
  expect(new Set(asked.map(({ jobId }) => jobId))).toEqual(new Set([run?.job]));
});

/** A world whose database does its first batch and breaks off before anybody hears. */
function flakyOnce({ world }: Stage): { live: World } {
  let isHeard = true;
  const raw = wrappedD1(world.db.raw, async (calls, work) => {
    const result = await work();
    if (isHeard && calls.length > 1) {
      isHeard = false;
      throw new Error("D1_ERROR: Network connection lost.");
    }
    return result;
  });
  return { live: { ...world, db: { ...world.db, raw } } };
}

test("who confirmed is written down with it, also where the queue does not take the walk; the sweeper asks for it", async () => {
  const { stage, gone } = await withCancelled(30);
  await stage.reconcile();
  const send = async () => {
    throw new Error("the queue is out");
  };
  const SYNC = { ...stage.world.env.SYNC, send } as unknown as Env["SYNC"];
  const world = { ...stage.world, env: { ...stage.world.env, SYNC } };
  expect((await confirmReconcile(world, stage.connection, "night-shift")).ok).toBe(true);
  const audit = await rowsOf(
    "SELECT actor, action FROM audit WHERE connection_id = ? AND action LIKE 'reconcile.%'",
    stage.connection.id,
  );
  expect(audit).toEqual([{ actor: "night-shift", action: "reconcile.confirmed" }]);
  stage.clock.at += 20 * MINUTE_MS;
  await sweepRuns(stage.world);
  await stage.drainSync();
  for (const id of gone) expect(await stateOf(stage, id)).toBe("cancelled");
});
