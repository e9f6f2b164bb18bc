import { expect, it } from "vitest";
import { ENDPOINTS } from "../../../emulator/faults/match.ts";
import { ConnectionClosed, createEmulator, type FaultRequest } from "../../../emulator/index.ts";
import {
  authorizeUrl,
  call,
  connect,
  createWorld,
  errorOf,
  login,
  postToken,
  refresh,
  walk,
} from "./support/world.ts";

async function withFault(request: FaultRequest) {
  const world = createWorld();
  const tokens = await connect(world);
  const fault = world.emulator.faults.add(request);
  return {
    world,
    tokens,
    fault,
    get: (path = "") => call(world, tokens.access_token, `/events/${world.eventId}${path}`),
  };
}

it("[faults.lost-answer] the answer of a refresh is lost after the work was done", async () => {
  const { world, tokens } = await withFault({ kind: "close", match: { endpoint: "refresh" } });
  await expect(refresh(world, tokens.refresh_token)).rejects.toThrow(ConnectionClosed);
  // The rotation has happened: strict, so the old token is dead.
  expect(await errorOf(await refresh(world, tokens.refresh_token))).toEqual([400, "invalid_grant"]);
});

it("[faults.before-work] a connection that closes before the work leaves everything as it was", async () => {
  const params = { work: "before" };
  const { world, tokens } = await withFault({ kind: "close", match: { endpoint: "refresh" }, params });
  await expect(refresh(world, tokens.refresh_token)).rejects.toThrow(TypeError);
  expect((await refresh(world, tokens.refresh_token)).status).toBe(200);
});

it("[faults.endpoint] a fault strikes its endpoint, its method and its event only", async () => {
  const { world, get } = await withFault({ kind: "error", match: { endpoint: "participants" }, count: null });
  expect([(await get()).status, (await get("/participants")).status, (await get("/threads")).status]).toEqual(
    [200, 500, 200],
  );
  world.emulator.faults.clear();
  world.emulator.faults.add({
    kind: "error",
    match: { endpoint: "/api/v1/events/*", event_id: "evt_other" },
  });
  world.emulator.faults.add({ kind: "error", match: { endpoint: "api", method: "POST" } });
  expect((await get()).status).toBe(200);
});

it("[faults.everywhere] every named endpoint can be struck", async () => {
  const world = createWorld();
  await connect(world);
  const user = await login(world);
  const tokens = await connect(world);
  const event = `/events/${world.eventId}`;
  const read = (token: string, path: string) => () => call(world, token, path);
  const calls: Record<string, () => Promise<Response>> = {
    authorize: () => world.emulator.fetch(new Request(authorizeUrl(world))),
    token: () => refresh(world, "none"),
    refresh: () => refresh(world, "none"),
    exchange: () => postToken(world, { grant_type: "authorization_code" }),
    api: read(tokens.access_token, event),
    event: read(tokens.access_token, event),
    profile: read(user.access_token, "/me/profile"),
    application: read(user.access_token, "/me/application"),
  };
  for (const list of [
    "participants",
    "program",
    "activities",
    "threads",
    "locations",
    "registration-waves",
  ]) {
    calls[list] = read(tokens.access_token, `${event}/${list}`);
  }
  expect(Object.keys(calls).sort()).toEqual(Object.keys(ENDPOINTS).sort());
  for (const [endpoint, make] of Object.entries(calls)) {
    world.emulator.faults.add({ kind: "error", match: { endpoint }, params: { status: 502 } });
    expect([endpoint, (await make()).status]).toEqual([endpoint, 502]);
    expect([endpoint, (await make()).status]).not.toEqual([endpoint, 502]);
  }
});

it("[faults.latency] an answer can take longer", async () => {
  const timers: number[] = [];
  const world = createWorld({
    schedule: (delay, run) => {
      timers.push(delay);
      run();
    },
  });
  const { access_token } = await connect(world);
  world.emulator.faults.add({ kind: "latency", params: { ms: 7000 } });
  expect((await call(world, access_token, `/events/${world.eventId}`)).status).toBe(200);
  expect(timers).toEqual([7000]);
});

it("[faults.hang] an answer that never comes ends when the caller gives up, or when the connection closes", async () => {
  const { world, tokens } = await withFault({ kind: "hang", params: { ms: 60_000 } });
  const controller = new AbortController();
  const request = new Request(`https://api.revento.example/api/v1/events/${world.eventId}`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
    signal: controller.signal,
  });
  const answer = world.emulator.fetch(request);
  setTimeout(() => controller.abort(), 20);
  await expect(answer).rejects.toThrow(ConnectionClosed);
});

it("[faults.errors] 500s, any other error, and storms of both 429s", async () => {
  const { world, get } = await withFault({
    kind: "error",
    count: 2,
    params: { status: 503, error: "unavailable" },
  });
  expect(await errorOf(await get())).toEqual([503, "unavailable"]);
  expect((await get()).status).toBe(503);
  expect((await get()).status).toBe(200);
  world.emulator.faults.add({ kind: "rate_limit", params: { retry_after: 7 } });
  const limited = await get();
  expect(limited.headers.get("retry-after")).toBe("7");
  expect(await errorOf(limited)).toEqual([429, "rate_limit_exceeded"]);
  world.emulator.faults.add({ kind: "concurrent_limit" });
  const busy = await get();
  expect(busy.headers.has("retry-after")).toBe(false);
  expect(await errorOf(busy)).toEqual([429, "concurrent_limit_exceeded"]);
});

it("[faults.bodies] bodies that are not JSON, or half of one", async () => {
  const { world, get } = await withFault({ kind: "malformed_json" });
  await expect((await get()).json()).rejects.toThrow(SyntaxError);
  world.emulator.faults.add({ kind: "truncated_body" });
  const cut = await get();
  expect(cut.headers.has("date")).toBe(true);
  await expect(cut.json()).rejects.toThrow(SyntaxError);
  world.emulator.faults.add({ kind: "truncated_body", params: { abort: true } });
  await expect((await get()).text()).rejects.toThrow(/closed/);
});

it("[faults.fields] fields that are missing, null or hold something new, deep or long", async () => {
  const { world, get } = await withFault({ kind: "missing_fields", params: { fields: ["title"] } });
  expect(await (await get()).json()).not.toHaveProperty("title");
  world.emulator.faults.add({ kind: "null_fields", params: { fields: ["email"] } });
  const page = (await (await get("/participants")).json()) as { data: object[] };
  expect(page.data[0]).toMatchObject({ email: null, profile: { email: null } });
  world.emulator.faults.add({ kind: "unknown_enum" });
  expect(await (await get()).json()).toMatchObject({ publish_status: "something_new" });
  world.emulator.faults.add({ kind: "deep_json" });
  expect((await (await get()).text()).match(/\{"a":/g)).toHaveLength(2000);
  world.emulator.faults.add({ kind: "oversized_body" });
  expect((await (await get()).text()).length).toBeGreaterThan(131_072);
});

it("[faults.pages] pages that skip or repeat a row", async () => {
  for (const [kind, expected] of [
    ["skip_row", 35],
    ["repeat_row", 37],
  ] as const) {
    const { world, tokens } = await withFault({ kind, match: { endpoint: "participants" }, skip: 1 });
    const { rows } = await walk(world, tokens.access_token, `/events/${world.eventId}/participants`, 10);
    expect([kind, rows.length, new Set(rows.map(({ id }) => id)).size]).toEqual([
      kind,
      expected,
      Math.min(expected, 36),
    ]);
  }
});

it("[faults.seed] which calls are struck depends on the seed alone", async () => {
  const struck = async (seed: number) => {
    const world = createWorld({ seed });
    const { access_token } = await connect(world);
    world.emulator.settings.rate_limits = false;
    world.emulator.faults.add({ kind: "error", probability: 0.5, count: null });
    const answers: number[] = [];
    for (let count = 0; count < 40; count++) {
      answers.push((await call(world, access_token, `/events/${world.eventId}`)).status);
    }
    return answers.join();
  };
  const one = await struck(3);
  expect(one).toContain("200,500");
  expect(await struck(3)).toBe(one);
  expect(await struck(4)).not.toBe(one);
});

it("[faults.wrong] a fault that does not exist or does not fit is refused with what would", () => {
  const { faults } = createEmulator();
  const wrong: [FaultRequest, RegExp][] = [
    [{ kind: "earthquake" }, /no fault is called earthquake; there are: latency/],
    [
      { kind: "close", match: { type: "application.*" } },
      /match for this fault has: endpoint, method, event_id/,
    ],
    [{ kind: "close", match: { endpoint: "tokens" } }, /endpoint must be a path or one of: authorize, token/],
    [{ kind: "latency", params: { ms: "long" } }, /params.ms must be of type number/],
    [{ kind: "latency", params: { sec: 1 } }, /latency has the params: ms; not sec/],
    [{ kind: "close", probability: 2 }, /probability must be a number from 0 to 1/],
    [{ kind: "close", params: { work: "later" } }, /before or after/],
    [{ kind: "toString" }, /no fault is called/],
  ];
  for (const [request, message] of wrong) expect(() => faults.add(request)).toThrow(message);
  expect(faults.list()).toEqual([]);
});
