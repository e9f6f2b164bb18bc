import { expect, inject, test } from "vitest";
import { listChannels, notesFor } from "../../src/alerts/index.ts";
import { alertWorld, application, channelsOf, deliver, openBox } from "../support/alerting.ts";
import type { TestWorld } from "../support/handling.ts";

const ALERTS = inject("soak") ? 10_000 : 600;
const SIDE_BY_SIDE = 20;

/** A storm on the real clock: messages side by side, as many consumers take them, then flushes until nothing waits. */
async function storm(world: TestWorld): Promise<void> {
  const queue = Array.from({ length: ALERTS }, () => notesFor(world.config, application()));
  const consumer = async (): Promise<void> => {
    for (let notes = queue.pop(); notes !== undefined; notes = queue.pop()) {
      await deliver(world, { kind: "notes", notes });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, consumer));
  while ((await listChannels(world)).some(({ waiting }) => waiting > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await deliver(world, { kind: "flush" });
  }
}

/** How many alerts a message's text stands for. */
function alertsIn(text: string): number {
  const lines = text.split("\n");
  const more = /^and (\d+) more$/.exec(lines.at(-1) ?? "");
  return more === null ? lines.length : lines.length - 1 + Number(more[1]);
}

test(`a storm of ${ALERTS} is grouped, none is lost, and the limit of the channel is kept`, {
  timeout: 600_000,
}, async () => {
  const [slackBox, pagerBox] = [openBox(), openBox()];
  const channels = [channelsOf(slackBox).slack, channelsOf(pagerBox).pagerduty];
  const world = alertWorld([{ id: "storm", on: "application.*", text: "{{resource_id}}", channels }]);
  const real: TestWorld = { ...world, now: () => Date.now() };
  // Three may leave at once; from then on one a second.
  await slackBox.mode({ perSecond: 4 });
  const startedAt = Date.now();
  await storm(real);
  const seconds = (Date.now() - startedAt) / 1000;

  const slack = await slackBox.received();
  expect(slack.refused).toEqual([]);
  // Slack cannot recognise a message that comes again because its answer was not heard; each has a text of its own.
  const texts = new Set(slack.accepted.map(({ message }) => String(message.text)));
  const counted = [...texts].reduce((sum, text) => sum + alertsIn(text), 0);
  expect(counted).toBe(ALERTS);
  expect(slack.accepted.length).toBeLessThanOrEqual(Math.ceil(seconds) + 3);

  const pager = await pagerBox.received();
  // A message whose answer was lost comes again with its key, and is no second incident.
  const incidents = new Map(
    pager.accepted.map(({ message }) => [
      message.dedup_key,
      (message.payload as { custom_details: { count: number } }).custom_details.count,
    ]),
  );
  expect([...incidents.values()].reduce((sum, count) => sum + count, 0)).toBe(ALERTS);
  expect(pager.accepted.length).toBeLessThan(ALERTS / 10);
});

test("a storm against a channel that says 429 loses none", { timeout: 120_000 }, async () => {
  const box = openBox();
  const channel = { ...channelsOf(box).slack, per_minute: 6000 };
  const world = alertWorld([
    { id: "storm", on: "application.*", text: "{{resource_id}}", channels: [channel] },
  ]);
  await box.mode({ perSecond: 1 });
  await Promise.all(
    Array.from({ length: 100 }, () =>
      deliver(world, { kind: "notes", notes: notesFor(world.config, application()) }),
    ),
  );
  for (let round = 0; round < 30; round++) {
    if ((await listChannels(world))[0]?.waiting === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 300));
    world.clock.now += 2000;
    await deliver(world, { kind: "flush" });
  }
  const { accepted, refused } = await box.received();
  expect(refused.every(({ status }) => status === 429)).toBe(true);
  expect(accepted.reduce((sum, { message }) => sum + alertsIn(String(message.text)), 0)).toBe(100);
});
