import { expect, it } from "vitest";
import { nextMondayReset } from "../../../emulator/clock.ts";
import { call, connect, createWorld, DAY, first, HOUR, participants } from "./support/world.ts";

it("[6.monday] the sandbox resets on Mondays at 02:00 UTC", () => {
  for (const [after, expected] of [
    ["2026-05-06T10:00:00Z", "2026-05-11T02:00:00.000Z"],
    ["2026-05-11T01:59:59.999Z", "2026-05-11T02:00:00.000Z"],
    ["2026-05-11T02:00:00Z", "2026-05-18T02:00:00.000Z"],
    ["2026-05-10T23:00:00Z", "2026-05-11T02:00:00.000Z"],
  ] as const) {
    expect(new Date(nextMondayReset(Date.parse(after))).toISOString()).toBe(expected);
  }
});

it("[6.reset] the reset restores the seed, sends nothing, and tokens survive it", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  for (const token of world.emulator.state.grants.access.values()) token.expires_at += 10 * DAY;
  const before = JSON.stringify(world.emulator.state.store.events.get(world.eventId)?.participants.all());
  const { actions, state } = world.emulator;
  actions.cancel(world.eventId, first(participants(world)));
  actions.apply(world.eventId);
  actions.updateEvent(world.eventId, { title: "Changed" });
  await world.emulator.deliverDue();
  world.inbox.length = 0;
  const toMonday = nextMondayReset(world.emulator.clock.now()) - world.emulator.clock.now();
  await world.emulator.clock.advance(toMonday - 1);
  expect(participants(world)).toHaveLength(36);
  expect(JSON.stringify(state.store.events.get(world.eventId)?.participants.all())).not.toBe(before);
  // The real clock brings the moment: the next request notices.
  world.real.now += 1;
  const event = await (await call(world, access_token, `/events/${world.eventId}`)).json();
  expect(event).toMatchObject({ title: expect.stringContaining("Sandbox") });
  expect(JSON.stringify(state.store.events.get(world.eventId)?.participants.all())).toBe(before);
  await world.emulator.deliverDue();
  expect(world.inbox).toEqual([]);
});

it("[6.on-demand] the reset also comes on demand, and Monday's can be switched off", async () => {
  const world = createWorld();
  world.emulator.settings.monday_reset = false;
  world.emulator.actions.cancel(world.eventId, first(participants(world)));
  await world.emulator.clock.advance(8 * DAY);
  expect(participants(world)).toHaveLength(35);
  world.emulator.actions.reset();
  expect(participants(world)).toHaveLength(36);
});

it("[clock.two] moving ahead leaves Date, occurred_at and timestamps in real time, unless they are to follow", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const { emulator, real } = world;
  const stamps = async () => {
    emulator.actions.approve(world.eventId, first(participants(world, "approved")));
    await emulator.deliverDue();
    const [received] = world.inbox.splice(0);
    const answer = await call(world, access_token, `/events/${world.eventId}`);
    return [
      Date.parse(answer.headers.get("date") ?? ""),
      Date.parse(received?.body.occurred_at ?? ""),
      Number(received?.headers.get("x-revento-timestamp")) * 1000,
    ];
  };
  await emulator.clock.advance(HOUR / 2);
  expect(emulator.clock.now() - real.now).toBe(HOUR / 2);
  expect(await stamps()).toEqual([real.now, real.now, real.now]);
  emulator.settings.stamps = "virtual";
  const ahead = real.now + HOUR / 2;
  expect(await stamps()).toEqual([ahead, ahead, ahead]);
  emulator.settings.stamps = "real";
  emulator.settings.skew_ms = -120_000;
  const skewed = real.now - 120_000;
  expect(await stamps()).toEqual([skewed, skewed, skewed]);
});

it("[clock.real] the emulator's time also passes by itself", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  world.real.now += HOUR;
  expect((await call(world, access_token, `/events/${world.eventId}`)).status).toBe(401);
});
