import { expect, test } from "vitest";
import { confirmReconcile } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld, walkAll } from "../support/pages.ts";
import { person } from "../support/people.ts";
import { rowsOf } from "../support/webhooks.ts";

test("a confirmation of people does not confirm a program list that is empty in the next walk", async () => {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const people = Array.from({ length: 30 }, (_, index) => person(index));
  const activities = Array.from({ length: 20 }, (_, index) => ({ id: `act_${index}`, title: "A" }));
  const { world, step } = pagesWorld((resource) => {
    clock.at += 1_500;
    if (resource === "participants") return { rows: [...people], date: clock.at };
    return resource === "activities" ? { rows: [...activities], date: clock.at } : null;
  }, clock);
  const connection = await openPlain(world, clock.at);
  const walk = () => walkAll({ world, step }, connection, clock);
  await walk();
  people.splice(0, 6);
  await walk();
  expect(await confirmReconcile(world, connection, "operator")).toMatchObject({ ok: true });
  activities.splice(0);
  while (await step());
  expect(await rowsOf("SELECT state, detail FROM runs WHERE connection_id = ?", connection.id)).toEqual([
    { state: "frozen", detail: "the list of activities is empty" },
  ]);
});
