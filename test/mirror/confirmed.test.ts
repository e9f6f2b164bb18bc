import { expect, test } from "vitest";
import { confirmReconcile } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld, walkAll } from "../support/pages.ts";
import { openPeople } from "../support/people.ts";
import { rowsOf } from "../support/webhooks.ts";

/** Thirty people of whom six are gone, which froze the walk; the operator has just confirmed. */
async function openConfirmed() {
  const event = await openPeople(30);
  event.list.people.splice(0, 6);
  await event.reconcile();
  expect(await event.show()).toMatchObject({ state: "frozen" });
  expect(await confirmReconcile(event.world, event.connection, "operator")).toMatchObject({ ok: true });
  return event;
}

test("after a confirmation the next walk that misses a fifth of others freezes again, and cancels nobody", async () => {
  const event = await openConfirmed();
  event.list.people.splice(0, 6);
  await event.drain();
  const frozen = { state: "frozen", detail: "6 of 30 participants are missing" };
  expect(await event.show()).toMatchObject(frozen);
  expect((await event.show()).people).toHaveLength(30);
  await event.reconcile();
  expect(await event.show()).toMatchObject(frozen);
  await confirmReconcile(event.world, event.connection, "operator");
  await event.drain();
  expect(await event.show()).toMatchObject({ state: "complete" });
  expect((await event.show()).people).toHaveLength(18);
});

test("after a confirmation the confirmed do not count again where one more is missing", async () => {
  const event = await openConfirmed();
  event.list.people.splice(0, 1);
  await event.drain();
  expect(await event.show()).toMatchObject({ state: "complete", detail: null });
  expect((await event.show()).people).toHaveLength(23);
});

test.each(["activities", "threads", "locations"])(
  "a list of six %s that is suddenly empty freezes the walk until the operator confirms",
  async (list) => {
    const event = await openProgram(list, 6);
    event.ids.splice(0);
    await event.reconcile();
    expect(await event.run()).toEqual({ state: "frozen", detail: `the list of ${list} is empty` });
    expect(await event.present()).toBe(6);
    await confirmReconcile(event.world, event.connection, "operator");
    while (await event.step());
    expect(await event.run()).toMatchObject({ state: "complete" });
    expect(await event.present()).toBe(0);
  },
);

test("a confirmation holds for one walk: a list that fills and empties again freezes again", async () => {
  const event = await openProgram("activities", 6);
  const ids = event.ids.splice(0);
  await event.reconcile();
  await confirmReconcile(event.world, event.connection, "operator");
  while (await event.step());
  event.ids.push(...ids);
  await event.reconcile();
  expect(await event.present()).toBe(6);
  event.ids.splice(0);
  await event.reconcile();
  expect(await event.run()).toMatchObject({ state: "frozen" });
  expect(await event.present()).toBe(6);
});

test("a list of five that is suddenly empty is removed, and a sixth that is left is enough", async () => {
  for (const [before, after] of [
    [5, 0],
    [6, 1],
  ] as const) {
    const event = await openProgram("activities", before);
    event.ids.splice(after);
    await event.reconcile();
    expect(await event.run()).toMatchObject({ state: "complete" });
    expect(await event.present()).toBe(after);
  }
});

/** An event with a program list of so many rows, in the mirror by a complete walk. */
async function openProgram(list: string, count: number) {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const ids = Array.from({ length: count }, (_, index) => `part_${index}`);
  const { world, step } = pagesWorld((resource) => {
    clock.at += 1_500;
    return resource === list ? { rows: ids.map((id) => ({ id, title: id })), date: clock.at } : null;
  }, clock);
  const connection = await openPlain(world, clock.at);
  const reconcile = () => walkAll({ world, step }, connection, clock);
  const run = async () =>
    (await rowsOf("SELECT state, detail FROM runs WHERE connection_id = ?", connection.id))[0];
  const present = async () =>
    (
      await rowsOf(
        "SELECT id FROM resources WHERE connection_id = ? AND id LIKE 'part_%' AND state = 'present'",
        connection.id,
      )
    ).length;
  await reconcile();
  return { ids, world, step, connection, reconcile, run, present };
}
