import { expect, test } from "vitest";
import { insertAlerts, listChannels, notesFor, sendTest } from "../../src/alerts/index.ts";
import { alertWorld, application, channelsOf, deliver, openBox } from "../support/alerting.ts";
import type { TestWorld } from "../support/handling.ts";

const rule = (box: ReturnType<typeof openBox>, ...kinds: (keyof ReturnType<typeof channelsOf>)[]) => ({
  id: "flagged",
  on: "application.revision_requested",
  text: "{{type}} {{participant_id}}",
  channels: kinds.map((kind) => channelsOf(box)[kind]),
});

const notes = (world: TestWorld, happening = application()) =>
  ({ kind: "notes", notes: notesFor(world.config, happening) }) as const;

test("an event reaches Slack, PagerDuty, Twilio, the mail API and a signed webhook at once", async () => {
  const box = openBox();
  const world = alertWorld([rule(box, "slack", "pagerduty", "sms", "email", "webhook")]);
  const happening = application();
  expect(await deliver(world, notes(world, happening))).toBe("acked");
  const { accepted, refused } = await box.received();
  expect(refused).toEqual([]);
  expect(accepted).toHaveLength(5);
  const text = `application.revision_requested ${happening.data.participant_id}`;
  for (const { message } of accepted) expect(JSON.stringify(message)).toContain(text);
  expect(accepted.map(({ message }) => message)).toContainEqual(
    expect.objectContaining({ event_action: "trigger", dedup_key: `flagged:${happening.id}` }),
  );
});

test("the fast lane and the outbox lane together make one alert", async () => {
  const box = openBox();
  const world = alertWorld([rule(box, "slack")]);
  const message = notes(world);
  await world.db.raw.batch(insertAlerts(world, message.notes));
  await deliver(world, message);
  await deliver(world, message);
  world.clock.now += 60_000;
  await deliver(world, { kind: "flush" });
  expect((await box.received()).accepted).toHaveLength(1);
});

test("the outbox lane alone sends what the fast lane lost", async () => {
  const box = openBox();
  const world = alertWorld([rule(box, "slack")]);
  await world.db.raw.batch(insertAlerts(world, notes(world).notes));
  await deliver(world, { kind: "flush" });
  expect((await box.received()).accepted).toEqual([]);
  world.clock.now += 16_000;
  await deliver(world, { kind: "flush" });
  expect((await box.received()).accepted).toHaveLength(1);
});

test("a trouble is resolved by the event that ends it, for the same resource", async () => {
  const box = openBox();
  const pagerduty = {
    ...rule(box, "pagerduty"),
    resolve_on: ["application.approved", "application.rejected"],
  };
  const world = alertWorld([pagerduty]);
  await deliver(
    world,
    notes(world, application("application.revision_requested", { participant_id: "ptp_7" })),
  );
  await deliver(world, notes(world, application("application.approved", { participant_id: "ptp_7" })));
  const { accepted } = await box.received();
  expect(accepted.map(({ message }) => message.event_action)).toEqual(["trigger", "resolve"]);
  expect(new Set(accepted.map(({ message }) => message.dedup_key)).size).toBe(1);
});

test("an operations signal is raised and resolved on the same channels", async () => {
  const box = openBox();
  const world = alertWorld([
    { id: "ops", signal: "*", channels: [channelsOf(box).pagerduty, channelsOf(box).slack] },
  ]);
  const signal = {
    kind: "signal",
    signal: "dead_letters",
    text: "3 messages are set aside.",
    subject: "",
  } as const;
  await deliver(world, { ...signal, state: "raised", at: 1 });
  await deliver(world, { ...signal, state: "raised", at: 1 });
  await deliver(world, { ...signal, state: "resolved", at: 2 });
  const { accepted } = await box.received();
  const events = accepted
    .filter(({ message }) => "dedup_key" in message)
    .map(({ message }) => message.event_action);
  expect(events).toEqual(["trigger", "resolve"]);
  expect(
    accepted.filter(({ message }) => !("dedup_key" in message)).map(({ message }) => message.text),
  ).toEqual([
    expect.stringContaining("dead_letters raised: 3 messages are set aside."),
    expect.stringContaining("Resolved: dead_letters resolved"),
  ]);
});

test("a filter over the snapshot decides", async () => {
  const box = openBox();
  const world = alertWorld([
    { ...rule(box, "slack"), where: { "custom_form_fields.favorite_track": "security" } },
  ]);
  const of = (track: string) =>
    notes(
      world,
      application("application.revision_requested", { custom_form_fields: { favorite_track: track } }),
    );
  expect(of("music").notes).toEqual([]);
  expect(of("security").notes).toHaveLength(1);
});

test("429: the channel rests as long as it says, the alert is not lost", async () => {
  const box = openBox();
  const world = alertWorld([rule(box, "slack")]);
  await box.mode({ status: 429, times: 1, retryAfter: "30" });
  await deliver(world, notes(world));
  expect(world.queued).toEqual([{ kind: "flush", channel: channelsOf(box).slack.name }]);
  world.clock.now += 29_000;
  await deliver(world, { kind: "flush" });
  expect((await box.received()).accepted).toHaveLength(0);
  world.clock.now += 1_000;
  await deliver(world, { kind: "flush" });
  expect((await box.received()).accepted).toHaveLength(1);
});

test("a dead channel is shown, keeps its alerts and does not block the others", async () => {
  const [dead, alive] = [openBox(), openBox()];
  const channels = [channelsOf(dead).slack, channelsOf(alive).sms];
  const world = alertWorld([{ ...rule(dead, "slack"), channels }]);
  await dead.mode({ status: 500 });
  for (let round = 0; round < 5; round++) {
    await deliver(world, notes(world));
    world.clock.now += 400_000;
  }
  expect((await alive.received()).accepted).toHaveLength(5);
  const [shown] = await listChannels(world);
  expect(shown).toMatchObject({ state: "failing", lastError: "answered 500", waiting: 5, dead: 0 });
  await dead.mode({});
  for (let round = 0; round < 2; round++) {
    await deliver(world, { kind: "flush" });
    world.clock.now += 400_000;
  }
  const { accepted } = await dead.received();
  expect(accepted.map(({ message }) => String(message.text).split("\n").length)).toEqual([1, 4]);
  expect((await listChannels(world))[0]).toMatchObject({ state: "working", waiting: 0, lastError: null });
});

test("a hanging channel is given up after its time, and others do not wait for it", async () => {
  const [hanging, alive] = [openBox(), openBox()];
  const channels = [channelsOf(hanging).slack, channelsOf(alive).pagerduty];
  const world = alertWorld([{ ...rule(hanging, "slack"), channels }]);
  await hanging.mode({ hang: true });
  const delivered = deliver(world, notes(world));
  await expect.poll(async () => (await alive.received()).accepted.length, { timeout: 2000 }).toBe(1);
  await delivered;
  expect((await listChannels(world))[0]).toMatchObject({
    state: "failing",
    lastError: "no answer within 8 s",
  });
});

test("accepted and then failed: PagerDuty sees the same dedup key again", async () => {
  const box = openBox();
  const world = alertWorld([rule(box, "pagerduty")]);
  await box.mode({ acceptThenFail: true });
  await deliver(world, notes(world));
  await deliver(world, notes(world));
  await box.mode({});
  world.clock.now += 10_000;
  await deliver(world, { kind: "flush" });
  const keys = (await box.received()).accepted.map(({ message }) => message.dedup_key);
  expect(keys).toHaveLength(3);
  expect(keys[0]).toBe(keys[1]);
  expect(new Set(keys).size).toBe(2);
});

test("a redirect is not followed", async () => {
  const [box, elsewhere] = [openBox(), openBox()];
  const world = alertWorld([rule(box, "slack")]);
  await box.mode({ status: 307, location: `${elsewhere.base}/slack` });
  await deliver(world, notes(world));
  expect(await elsewhere.received()).toEqual({ accepted: [], refused: [] });
  expect((await listChannels(world))[0]).toMatchObject({ lastError: "answered 307" });
});

test("quiet hours hold alerts back and let them go as one message", async () => {
  const box = openBox();
  const quiet_hours = { from: "11:00", to: "13:00", time_zone: "UTC" };
  const world = alertWorld([{ ...rule(box, "slack"), quiet_hours }]);
  await deliver(world, notes(world));
  await deliver(world, notes(world));
  expect((await box.received()).accepted).toEqual([]);
  world.clock.now += 3_600_000;
  await deliver(world, { kind: "flush" });
  const { accepted } = await box.received();
  expect(accepted).toHaveLength(1);
  expect(String(accepted[0]?.message.text).split("\n")).toHaveLength(2);
});

test("without the database an alert goes out at once and is kept for later", async () => {
  const box = openBox();
  const world = alertWorld([rule(box, "pagerduty")]);
  const raw = {
    ...world.db.raw,
    prepare: world.db.raw.prepare,
    batch: () => Promise.reject(new Error("D1 is away")),
  };
  const message = notes(world);
  expect(await deliver({ ...world, db: { ...world.db, raw: raw as unknown as D1Database } }, message)).toBe(
    "retried",
  );
  expect(await deliver(world, message, 2)).toBe("acked");
  const keys = (await box.received()).accepted.map(({ message: { dedup_key } }) => dedup_key);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

test("the test button says on one channel whether it works", async () => {
  const box = openBox();
  const world = alertWorld([rule(box, "pagerduty", "slack")]);
  expect(await sendTest(world, channelsOf(box).pagerduty.name)).toEqual({ ok: true, value: { error: null } });
  await box.mode({ status: 403 });
  expect(await sendTest(world, channelsOf(box).slack.name)).toEqual({
    ok: true,
    value: { error: "answered 403" },
  });
  expect(await sendTest(world, "nobody")).toMatchObject({ ok: false, failure: { kind: "not_found" } });
});

test("a channel whose settings make no request fails alone, and is shown as failing", async () => {
  const box = openBox();
  const channels = channelsOf(box);
  const world = alertWorld([
    { ...rule(box, "slack"), channels: [channels.slack, { ...channels.sms, auth_token: "żółć" }] },
  ]);
  expect(await deliver(world, notes(world))).toBe("acked");
  expect((await box.received()).accepted).toHaveLength(1);
  const failing = (await listChannels(world)).find(({ name }) => name === channels.sms.name);
  expect(failing).toMatchObject({ state: "failing", waiting: 1 });
});
