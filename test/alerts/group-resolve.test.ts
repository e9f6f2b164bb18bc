import { expect, test } from "vitest";
import { insertAlerts, notesFor } from "../../src/alerts/index.ts";
import { alertWorld, application, channelsOf, deliver, openBox } from "../support/alerting.ts";

test("PagerDuty's one incident for a group is resolved when every trouble in it is, and not before", async () => {
  const box = openBox();
  const { pagerduty } = channelsOf(box);
  const world = alertWorld([
    {
      id: "flagged",
      on: "application.revision_requested",
      resolve_on: ["application.approved"],
      channels: [pagerduty],
    },
  ]);
  const people = Array.from({ length: 8 }, () => `ptp_${crypto.randomUUID()}`);
  const told = (type: string, participant_id: string) =>
    notesFor(world.config, application(type, { participant_id }));
  const later = async () => {
    world.clock.now += 60_000;
    await deliver(world, { kind: "flush" });
  };
  const events = async () =>
    (await box.received()).accepted.map(
      ({ message }) =>
        [message.event_action as string, (message.dedup_key as string).startsWith("group:")] as const,
    );

  const triggers = people.flatMap((person) => told("application.revision_requested", person));
  await world.db.raw.batch(insertAlerts(world, triggers));
  await later();
  expect(await events()).toEqual([["trigger", true]]);

  for (const person of people.slice(0, 7)) {
    await deliver(world, { kind: "notes", notes: told("application.approved", person) });
    await later();
  }
  expect((await events()).filter(([, isGroup]) => isGroup)).toHaveLength(1);
  await deliver(world, { kind: "notes", notes: told("application.approved", people[7] ?? "") });
  await later();
  await later();
  expect((await events()).filter(([, isGroup]) => isGroup)).toEqual([
    ["trigger", true],
    ["resolve", true],
  ]);
  const { accepted } = await box.received();
  const keys = accepted
    .map(({ message }) => message.dedup_key as string)
    .filter((key) => key.startsWith("group:"));
  expect(new Set(keys).size).toBe(1);
});
