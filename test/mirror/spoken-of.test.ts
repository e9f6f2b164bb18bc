import { expect, test } from "vitest";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { openPeople, person } from "../support/people.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";

type Event = Awaited<ReturnType<typeof openPeople>>;

const keyOf = ({ eventId, organizationId }: { eventId: string; organizationId: string }) => ({
  event_id: eventId,
  organization_id: organizationId,
});

/** A webhook about a person, of now. */
const tellOf = (event: Event, index: number) =>
  consumeNow(
    [
      messageOf({
        type: "participant.profile_updated",
        occurred_at: new Date(event.clock.at).toISOString(),
        ...keyOf(event.connection),
        data: person(index),
      }),
    ],
    event.world,
  );

const walksOf = async (event: Event) =>
  (await rowsOf("SELECT id FROM jobs WHERE connection_id = ? AND outcome = 'complete'", event.connection.id))
    .length;

test("who a webhook speaks of after the first page is not missed: no second walk, no breaker", async () => {
  const event = await openPeople(30);
  const gone = event.list.people.splice(0, 8).map((_, index) => index);
  await startSync(event.world, event.connection, "reconcile");
  // The start, the event, the people.
  for (let steps = 0; steps < 3; steps++) await event.step();
  for (const index of gone) await tellOf(event, index);
  await event.drain();
  expect(await event.show()).toMatchObject({ state: "complete" });
  expect((await event.show()).people).toHaveLength(30);
  expect(await walksOf(event)).toBe(2);
});

test("who a webhook speaks of between two walks that miss them is cancelled by a third only", async () => {
  const event = await openPeople(30);
  event.list.people.splice(3, 1);
  await startSync(event.world, event.connection, "reconcile");
  const endWalk = async (count: number) => {
    while ((await walksOf(event)) < count) expect(await event.step()).toBe(true);
  };
  await endWalk(2);
  await tellOf(event, 3);
  await endWalk(3);
  expect((await event.show()).people).toContain("ptp_0003");
  await endWalk(4);
  expect((await event.show()).people).not.toContain("ptp_0003");
});

for (const [list, type, kind] of [
  ["activities", "activity.created", "activity"],
  ["threads", "thread.updated", "thread"],
  ["locations", "location.updated", "location"],
] as const) {
  test(`what a webhook speaks of after the first page of ${list} is not removed by the walk`, async () => {
    const clock = { at: Date.UTC(2026, 0, 5) };
    const tell = async () => {
      const occurred_at = new Date(clock.at).toISOString();
      const data = { id: "new", title: "new", name: "new" };
      const { acked } = await consumeNow(
        [messageOf({ type, occurred_at, ...keyOf(connection), data })],
        world,
      );
      expect(acked).toHaveLength(1);
    };
    let isPast = false;
    const { world, step } = pagesWorld((resource) => {
      clock.at += 1_500;
      isPast ||= resource === list;
      return null;
    }, clock);
    const connection = await openPlain(world, clock.at);
    await startSync(world, connection, "initial");
    while (!isPast) await step();
    await tell();
    const states = async () => {
      while (await step());
      return rowsOf(
        "SELECT id, state FROM resources WHERE connection_id = ? AND kind = ?",
        connection.id,
        kind,
      );
    };
    expect(await states()).toEqual([{ id: "new", state: "present" }]);
    clock.at += 60_000;
    await startSync(world, connection, "reconcile");
    expect(await states()).toEqual([{ id: "new", state: "removed" }]);
  });
}
