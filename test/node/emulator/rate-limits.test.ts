import { expect, it } from "vitest";
import {
  call,
  connect,
  createWorld,
  errorOf,
  HOUR,
  login,
  refresh,
  tokensOf,
  type World,
} from "./support/world.ts";

const LIMITS = [
  { kind: "installation", hour: 500, minute: 30, path: (world: World) => `/events/${world.eventId}` },
  { kind: "user", hour: 200, minute: 20, path: () => "/me/profile" },
] as const;

async function tokenFor(world: World, kind: string): Promise<string> {
  const installation = await connect(world);
  return kind === "installation" ? installation.access_token : (await login(world)).access_token;
}

/** Spends the whole hour as fast as the minute allows; returns when the first call was. */
async function spendHour(world: World, token: string, limit: (typeof LIMITS)[number]): Promise<number> {
  const begin = world.emulator.clock.now();
  for (let count = 0; count < limit.hour; count++) {
    expect((await call(world, token, limit.path(world))).status).toBe(200);
    await world.emulator.clock.advance(60_000 / limit.minute);
  }
  return begin;
}

for (const limit of LIMITS) {
  it(`[4.minute-${limit.kind}] ${limit.minute} calls in any 60 seconds, not one more and not one less`, async () => {
    const world = createWorld();
    const token = await tokenFor(world, limit.kind);
    for (let count = 0; count < limit.minute; count++) {
      await world.emulator.clock.advance(500);
      expect((await call(world, token, limit.path(world))).status).toBe(200);
    }
    const refused = await call(world, token, limit.path(world));
    // The first call was (minute - 1) half seconds ago.
    const wait = 60_000 - (limit.minute - 1) * 500;
    expect(refused.headers.get("retry-after")).toBe(String(Math.ceil(wait / 1000)));
    expect(await errorOf(refused)).toEqual([429, "rate_limit_exceeded"]);
    await world.emulator.clock.advance(wait - 1);
    expect((await call(world, token, limit.path(world))).status).toBe(429);
    await world.emulator.clock.advance(1);
    expect((await call(world, token, limit.path(world))).status).toBe(200);
    expect((await call(world, token, limit.path(world))).status).toBe(429);
  });

  it(`[4.hour-${limit.kind}] ${limit.hour} calls in a rolling hour, not one more and not one less`, async () => {
    const world = createWorld();
    const token = await tokenFor(world, limit.kind);
    const begin = await spendHour(world, token, limit);
    const refused = await call(world, token, limit.path(world));
    const left = begin + HOUR - world.emulator.clock.now();
    expect(refused.headers.get("retry-after")).toBe(String(Math.ceil(left / 1000)));
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(await errorOf(refused)).toEqual([429, "rate_limit_exceeded"]);
    // The tokens would expire together with the window.
    world.emulator.settings.access_lifetime_s = 7200;
    for (const token of world.emulator.state.grants.access.values()) token.expires_at += HOUR;
    await world.emulator.clock.advance(left - 1);
    expect((await call(world, token, limit.path(world))).status).toBe(429);
    await world.emulator.clock.advance(1);
    expect((await call(world, token, limit.path(world))).status).toBe(200);
    expect((await call(world, token, limit.path(world))).status).toBe(429);
  });

  it(`[4.in-flight-${limit.kind}] five calls under way at once, and the sixth is told without a Retry-After`, async () => {
    const timers: (() => void)[] = [];
    const world = createWorld({ schedule: (_, run) => timers.push(run) });
    const token = await tokenFor(world, limit.kind);
    world.emulator.faults.add({ kind: "latency", match: { endpoint: "api" }, count: null });
    const slow = Array.from({ length: 5 }, () => call(world, token, limit.path(world)));
    await expect.poll(() => timers.length).toBe(5);
    const sixth = await call(world, token, limit.path(world));
    expect(sixth.headers.has("retry-after")).toBe(false);
    expect(await errorOf(sixth)).toEqual([429, "concurrent_limit_exceeded"]);
    for (const run of timers.splice(0)) run();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    world.emulator.faults.clear();
    expect((await call(world, token, limit.path(world))).status).toBe(200);
  });
}

it("[4.rate-headers] limit, remaining and reset stand on every answer, the reset in Revento's visible time", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  await world.emulator.clock.advance(30 * 60_000);
  for (let count = 1; count <= 3; count++) {
    const answer = await call(world, access_token, count === 2 ? "/nothing" : `/events/${world.eventId}`);
    expect(answer.headers.get("x-ratelimit-limit")).toBe("500");
    expect(answer.headers.get("x-ratelimit-remaining")).toBe(String(500 - count));
    expect(answer.headers.get("x-ratelimit-reset")).toBe(String((world.real.now + HOUR) / 1000));
  }
  expect((await call(world, "unknown", "/me/profile")).headers.has("x-ratelimit-limit")).toBe(true);
  world.emulator.settings.rate_headers = "tightest";
  const answer = await call(world, access_token, `/events/${world.eventId}`);
  expect(answer.headers.get("x-ratelimit-limit")).toBe("30");
});

it("[4.rate-grant] the limits are those of the grant: a refresh does not start them anew, another event has its own", async () => {
  const world = createWorld();
  const tokens = await connect(world);
  for (let count = 0; count < 30; count++) await call(world, tokens.access_token, `/events/${world.eventId}`);
  const next = await tokensOf(await refresh(world, tokens.refresh_token));
  expect((await call(world, next.access_token, `/events/${world.eventId}`)).status).toBe(429);
  const other = await connect(world, world.otherEventId);
  expect((await call(world, other.access_token, `/events/${world.otherEventId}`)).status).toBe(200);
});

it("[4.429-suspends] repeated 429s suspend the integration where that is asked for", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  world.emulator.settings.suspend_after_429s = 3;
  for (let count = 0; count < 33; count++) await call(world, access_token, `/events/${world.eventId}`);
  expect(world.emulator.state.integration.status).toBe("suspended");
  expect(await errorOf(await call(world, access_token, "/me/profile"))).toEqual([401, "token_revoked"]);
});
