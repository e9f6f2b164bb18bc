import { abortAllDurableObjects } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { startSync } from "../../src/mirror/index.ts";
import { readSyncStates } from "../../src/records/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { expectSamePeople, expectSameProgram } from "../support/equality.ts";
import { openStage } from "../support/stage.ts";
import { rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

test("an initial sync fills the mirror with everything of the event", async () => {
  const stage = await openStage({ participants: 120 });
  await startSync(stage.world, stage.connection, "initial");
  await stage.drainSync();
  const [run] = await rowsOf("SELECT * FROM runs WHERE connection_id = ?", stage.connection.id);
  expect(run).toMatchObject({ state: "complete", kind: "initial", detail: null });
  const people = await rowsOf(
    "SELECT count(*) n FROM participants WHERE connection_id = ?",
    stage.connection.id,
  );
  expect(people).toEqual([{ n: 120 }]);
  const kinds = await rowsOf<{ kind: string }>(
    "SELECT kind, count(*) n FROM resources WHERE connection_id = ? GROUP BY kind ORDER BY kind",
    stage.connection.id,
  );
  expect(kinds.map(({ kind }) => kind)).toEqual([
    "activity",
    "event",
    "location",
    "program",
    "registration_wave",
    "thread",
  ]);
});

test("a running walk tells its pace, and what is left of what the last one found", async () => {
  const stage = await openStage({ participants: 120 });
  const syncState = async () =>
    (await readSyncStates(stage.world, [stage.connection.id]))(stage.connection.id);
  await startSync(stage.world, stage.connection, "initial");
  await stage.drainSync(4);
  await stage.advance(30_000);
  expect(await syncState()).toMatchObject({ state: "running", pace: { secondsLeft: null } });
  expect((await syncState()).pace?.rowsPerMinute).toBeGreaterThan(0);
  await stage.drainSync();
  expect((await syncState()).pace).toBeNull();
  await startSync(stage.world, stage.connection, "reconcile");
  await stage.drainSync(4);
  await stage.advance(30_000);
  const { rows, pace } = await syncState();
  expect(rows).toBeLessThan(120);
  expect(pace?.secondsLeft).toBeGreaterThan(0);
});

test.each(["undisturbed", "every object crashes in the middle"])(
  "through the real grant and queues the first walk is Revento row by row (%s)",
  async (how) => {
    const emulator = startEmulator();
    const pages = () => emulator.requests.filter((request) => request.includes("/participants")).length;
    const crashed = how === "undisturbed" ? Promise.resolve() : vi.waitFor(() => expect(pages()).toBe(1));
    await emulator.connect();
    await crashed;
    if (how !== "undisturbed") await abortAllDurableObjects();
    const connection = await findConnection(testWorld(), emulator);
    if (connection === null) throw new Error("not connected");
    await vi.waitFor(
      async () =>
        expect(await rowsOf("SELECT state FROM runs WHERE connection_id = ?", connection.id)).toEqual([
          { state: "complete" },
        ]),
      { timeout: 15_000, interval: 100 },
    );
    await expectSamePeople({ emulator, connection }, how);
    await expectSameProgram({ emulator, connection }, how);
  },
);
