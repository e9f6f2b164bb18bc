import { expect, test } from "vitest";
import { isListed } from "../../emulator/state/store.ts";
import { confirmReconcile, startSync } from "../../src/mirror/index.ts";
import { expectSame } from "../support/equality.ts";
import { openStage, type Stage } from "../support/stage.ts";
import { rowsOf } from "../support/webhooks.ts";

const eventOf = ({ emulator, connection }: Stage) => {
  const event = emulator.state.store.events.get(connection.eventId);
  if (event === undefined) throw new Error("the event is gone");
  return event;
};

/** A week of work in the sandbox, all of it in the mirror. */
async function workFor(stage: Stage, applicants: number): Promise<void> {
  const { actions } = stage.emulator;
  const of = stage.connection.eventId;
  const event = eventOf(stage);
  for (const { id } of event.participants.all().filter(isListed).slice(0, 10)) {
    actions.editProfile(of, id, { first_name: "Zażółć 🎉" });
  }
  for (let count = 0; count < applicants; count++) actions.apply(of);
  actions.addActivity(of, { title: "New" });
  actions.updateActivity(of, event.activities.all()[0]?.id ?? "", { title: "Other" });
  actions.updateThread(of, event.threads.all()[0]?.id ?? "", { name: "Other" });
  actions.updateLocation(of, event.locations.all()[0]?.id ?? "", { name: "Other" });
  actions.updateEvent(of, { title: "Other" });
  await stage.advance(120_000);
  await stage.consumeWebhooks();
  await stage.reconcile();
  await expectSame(stage, "before the reset");
}

const runOf = async ({ connection }: Stage) =>
  (await rowsOf<{ state: string }>("SELECT state FROM runs WHERE connection_id = ?", connection.id))[0]
    ?.state;

/** Monday 02:00. No webhook tells of it. */
async function reset(stage: Stage): Promise<void> {
  stage.emulator.actions.reset();
  await stage.advance(60_000);
  expect(stage.webhooks).toEqual([]);
}

test("after Monday's reset one reconcile makes the mirror equal Revento", async () => {
  const stage = await openStage({ participants: 60 });
  await workFor(stage, 3);
  await reset(stage);
  await stage.reconcile();
  expect(await runOf(stage)).toBe("complete");
  await expectSame(stage, "after the reset");
});

test("a reset that takes away a fifth of the people waits for the operator, and is equal then", async () => {
  const stage = await openStage({ participants: 60 });
  await workFor(stage, 20);
  await reset(stage);
  await stage.reconcile();
  expect(await runOf(stage)).toBe("frozen");
  expect(await confirmReconcile(stage.world, stage.connection, "operator")).toMatchObject({ ok: true });
  await stage.drainSync();
  expect(await runOf(stage)).toBe("complete");
  await expectSame(stage, "after the confirmation");
});

test.each([1, 2, 3, 4, 6])(
  "a reset after %s jobs of a walk: the next one makes the mirror equal Revento",
  async (jobs) => {
    const stage = await openStage({ participants: 60 });
    await workFor(stage, 3);
    await startSync(stage.world, stage.connection, "reconcile");
    expect(await stage.drainSync(jobs)).toBe(jobs);
    await reset(stage);
    await stage.drainSync();
    await stage.reconcile();
    expect(await runOf(stage)).toBe("complete");
    await expectSame(stage, `reset after ${jobs} jobs`);
  },
);
