import { expect, test } from "vitest";
import { isListed } from "../../emulator/state/store.ts";
import type { Env } from "../../src/bindings.ts";
import { endConnection } from "../../src/connections/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { confirmReconcile, startSync, sweepRuns } from "../../src/mirror/index.ts";
import type { Life } from "../support/flaky.ts";
import { openStage, type Stage } from "../support/stage.ts";
import { rowsOf } from "../support/webhooks.ts";

const MINUTE_MS = 60_000;

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
async function withCancelled(count: number) {
  const stage = await openStage({ participants: 80 });
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
  const { stage, gone } = await withCancelled(30);
  await stage.reconcile();
  expect(await endedJobs(stage)).toEqual(["complete", "frozen"]);
  const { live, kills } = mortal(stage);
  const { world, killed } = live();
  expect(await Promise.race([confirmReconcile(world, stage.connection), killed])).toBe("killed");
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

test.each([
  ["of a connection that has ended", 20 * MINUTE_MS, true],
  ["after two days, when daily walks have run", 3 * 1_440 * MINUTE_MS, false],
])("the sweeper asks nothing %s", async (_, laterMs, hasEnded) => {
  const { stage } = await withCancelled(1);
  const { live, kills } = mortal(stage);
  await startSync(stage.world, stage.connection, "reconcile");
  while (kills() === 0) expect(await stage.drainSync(1, live)).toBe(1);
  stage.sync.splice(0);
  if (hasEnded) {
    const { eventId, organizationId } = stage.connection;
    await endConnection(stage.world, {
      eventId,
      organizationId,
      reason: "organizer_revoked",
      at: stage.clock.at,
    });
    stage.sync.splice(0);
  }
  stage.clock.at += laterMs;
  await sweepRuns(stage.world);
  expect(stage.sync).toEqual([]);
});
