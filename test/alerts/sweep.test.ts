import { expect, test } from "vitest";
import { insertAlerts, listChannels, notesFor, sweepAlerts } from "../../src/alerts/index.ts";
import { alertWorld, application, channelsOf, deliver, openBox } from "../support/alerting.ts";

const DAY_MS = 86_400_000;

const stage = () => {
  const box = openBox();
  const { slack } = channelsOf(box);
  const world = alertWorld([
    { id: "swept", on: "application.*", text: "{{resource_id}}", channels: [slack] },
  ]);
  return { box, world, channel: slack.name };
};

test("an alert of the outbox lane that nobody flushed is found and sent", async () => {
  const { box, world, channel } = stage();
  await world.db.raw.batch(insertAlerts(world, notesFor(world.config, application())));
  await sweepAlerts(world);
  expect(world.queued).toEqual([]);

  world.clock.now += 16_000;
  await sweepAlerts(world);
  expect(world.queued).toEqual([{ kind: "flush", channel }]);
  await deliver(world, { kind: "flush", channel });
  expect((await box.received()).accepted).toHaveLength(1);
});

test("an alert whose sender crashed is sent again, as the same message", async () => {
  const { box, world, channel } = stage();
  await world.db.raw.batch(insertAlerts(world, notesFor(world.config, application())));
  await world.db.raw
    .prepare(
      "UPDATE alerts SET state = 'sending', batch = 'first', claim = 'dead', next_at = ? WHERE channel = ?",
    )
    .bind(world.now() + 15_000, channel)
    .run();
  world.clock.now += 15_000;
  await sweepAlerts(world);
  await deliver(world, { kind: "flush", channel });
  expect((await box.received()).accepted).toHaveLength(1);
  expect(await listChannels(world)).toMatchObject([{ waiting: 0, dead: 0 }]);
});

test("what was sent is forgotten after two weeks; until then a repeat is recognised", async () => {
  const { box, world, channel } = stage();
  const notes = notesFor(world.config, application());
  const count = async () =>
    (
      await world.db.raw
        .prepare("SELECT count(*) AS n FROM alerts WHERE channel = ?")
        .bind(channel)
        .first<{ n: number }>()
    )?.n;
  await deliver(world, { kind: "notes", notes });
  world.clock.now += 13 * DAY_MS;
  await sweepAlerts(world);
  await deliver(world, { kind: "notes", notes });
  expect((await box.received()).accepted).toHaveLength(1);
  world.clock.now += 2 * DAY_MS;
  await sweepAlerts(world);
  expect(await count()).toBe(0);
});

test("a database that goes away after the message was sent does not have it said again past the limit", async () => {
  const { box, world, channel } = stage();
  let batches = 0;
  const raw = new Proxy(world.db.raw, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "batch") return value.bind(target);
      return (statements: D1PreparedStatement[]) =>
        ++batches === 2 ? Promise.reject(new Error("D1 is away")) : target.batch(statements);
    },
  });
  const away = { ...world, db: { ...world.db, raw } };
  expect(await deliver(away, { kind: "notes", notes: notesFor(world.config, application()) })).toBe(
    "retried",
  );
  expect((await box.received()).accepted).toHaveLength(1);
  expect(await listChannels(world)).toMatchObject([{ name: channel, waiting: 1 }]);
});
