import { expect, it } from "vitest";
import { ACTION_TABLE } from "../../../emulator/control/action-table.ts";
import { FAULT_KINDS } from "../../../emulator/faults/kinds.ts";
import { SETTINGS } from "../../../emulator/settings-table.ts";
import { connect, control, createWorld, first, login, participants, type World } from "./support/world.ts";

async function answer(world: World, method: string, path: string, body?: unknown) {
  const response = await control(world, method, path, body);
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, json };
}

it("[control.actions] every action is listed with its fields and can be done", async () => {
  const world = createWorld();
  const listed = await answer(world, "GET", "/actions");
  const data = listed.json.data as { name: string; about: string }[];
  expect(data.map(({ name }) => name)).toEqual(Object.keys(ACTION_TABLE));
  for (const { name } of data) {
    const { status } = await answer(world, "POST", `/actions/${name}`, {});
    // Done, or refused with what is missing: never a failure of the emulator.
    expect([name, [200, 400, 409].includes(status)]).toEqual([name, true]);
  }
});

it("[control.approve] an action finds the event of its participant and says what it sent", async () => {
  const world = createWorld();
  await connect(world);
  const participant_id = first(participants(world, "pending"));
  const { status, json } = await answer(world, "POST", "/actions/approve", { participant_id });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    result: { id: participant_id, application_status: "approved" },
    webhooks: [{ type: "application.approved", delivery_ids: [expect.any(String)], not_sent: null }],
  });
  await world.emulator.deliverDue();
  const shown = await answer(world, "GET", "/deliveries?type=application.approved");
  expect(shown.json).toMatchObject({ total: 1, data: [{ status: "delivered", last_status: 200 }] });
});

it("[control.bad-input] bad input is a 400 that says what is wrong", async () => {
  const world = createWorld();
  const cases: [string, unknown, number, RegExp][] = [
    ["/actions/approve", {}, 400, /participant_id is missing: a text/],
    ["/actions/approve", { participant_id: 7 }, 400, /participant_id must be a text/],
    [
      "/actions/approve",
      { participant: "x" },
      400,
      /unknown field participant; there are: event_id, participant_id/,
    ],
    ["/actions/approve", { participant_id: "ptp_none" }, 404, /there is no participant ptp_none/],
    ["/actions/explode", {}, 404, /no action is called explode; there are: apply/],
    ["/actions/publish-event", { event_id: "evt_none" }, 404, /there is no event evt_none/],
    ["/actions/publish-event", { event_id: world.eventId }, 409, /published already/],
    [
      "/actions/update-event",
      { event_id: world.eventId, start_date: "garbage" },
      400,
      /start_date must be a day such as "2027-06-30", not garbage/,
    ],
    ["/actions/update-event", { event_id: world.eventId, end_date: "2027-02-30" }, 400, /end_date must be/],
    [
      "/actions/update-event",
      { event_id: world.eventId, start_date: "2027-03-05", end_date: "2027-03-04" },
      400,
      /cannot end on 2027-03-04, before it starts on 2027-03-05/,
    ],
    ["/actions/update-event", { event_id: world.eventId, end_date: "2001-01-01" }, 400, /before it starts/],
    ["/actions/declare-scope", { name: "a b" }, 400, /characters/],
    ["/actions/declare-event-types", { types: "all" }, 400, /types must be a list of texts/],
    ["/trigger", {}, 400, /type is missing/],
    ["/clock", { advance: "soon" }, 400, /advance must be a duration such as "2h"/],
    ["/clock", { advance: -5 }, 400, /advance must be/],
    ["/clock", {}, 400, /advance must be/],
    ["/settings", { refresh_mode: "lax" }, 400, /refresh_mode must be one of: strict, grace-until-used/],
    ["/settings", { volume: 11 }, 400, /unknown field volume/],
    ["/settings", { latency_ms: "fast" }, 400, /latency_ms must be a whole number from 0/],
    ["/settings", { webhook_url: "nowhere" }, 400, /webhook_url must be a URL/],
    ["/settings", { retry_curve_s: [5, "x"] }, 400, /retry_curve_s must be a list of seconds/],
    ["/faults", { kind: "earthquake" }, 400, /no fault is called earthquake/],
    ["/faults", { kind: "close", match: 5 }, 400, /match and params must be objects/],
    ["/reset", { scope: "world" }, 400, /scope must be sandbox or everything/],
    ["/deliveries/none/replay", {}, 404, /there is no delivery none/],
  ];
  for (const [path, body, status, message] of cases) {
    const got = await answer(world, "POST", path, body);
    expect([path, got.status]).toEqual([path, status]);
    expect(got.json.message).toMatch(message);
  }
  const list = await answer(world, "POST", "/settings", []);
  expect([list.status, list.json.message]).toEqual([400, "the body must be a JSON object"]);
});

it("[control.cross-site] another site can neither post a form nor send JSON", async () => {
  const world = createWorld();
  const send = (headers: Record<string, string>, method = "POST", path = "/reset") =>
    world.emulator.fetch(
      new Request(`http://localhost:8788/_emulator${path}`, {
        method,
        headers,
        body: method === "POST" ? "{}" : null,
      }),
    );
  expect((await send({ "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
  expect((await send({ "content-type": "text/plain" })).status).toBe(415);
  expect((await send({ "content-type": "application/json", origin: "https://evil.example" })).status).toBe(
    403,
  );
  expect((await send({ origin: "https://evil.example" }, "DELETE", "/faults")).status).toBe(403);
  expect((await send({ "content-type": "application/json", origin: "http://localhost:8788" })).status).toBe(
    200,
  );
});

it("[control.settings] every setting is described, and changes are all made or none", async () => {
  const world = createWorld();
  const shown = await answer(world, "GET", "/settings");
  expect(Object.keys(shown.json.values as object).sort()).toEqual(Object.keys(SETTINGS).sort());
  await answer(world, "POST", "/settings", { skew_ms: 5, latency_ms: "x" });
  expect(world.emulator.settings.skew_ms).toBe(0);
  await answer(world, "POST", "/settings", {
    skew_ms: -400_000,
    refresh_mode: "omit-refresh-token",
    retry_curve_s: [1],
  });
  expect(world.emulator.settings).toMatchObject({
    skew_ms: -400_000,
    refresh_mode: "omit-refresh-token",
    retry_curve_s: [1],
  });
});

it("[control.faults] faults are switched on and off, and all kinds are described", async () => {
  const world = createWorld();
  const kinds = (await answer(world, "GET", "/faults/kinds")).json.kinds as object;
  expect(Object.keys(kinds)).toEqual(Object.keys(FAULT_KINDS));
  for (const kind of Object.keys(kinds))
    expect((await answer(world, "POST", "/faults", { kind })).status).toBe(201);
  const { id } = first(world.emulator.faults.list());
  expect((await answer(world, "DELETE", `/faults/${id}`)).status).toBe(200);
  expect((await answer(world, "DELETE", `/faults/${id}`)).status).toBe(404);
  expect((await answer(world, "DELETE", "/faults")).json).toEqual({ data: [] });
});

it("[control.clock] the clock moves by durations", async () => {
  const world = createWorld();
  for (const [advance, ms] of [
    ["2h", 7_200_000],
    ["+1d 30m", 88_200_000],
    ["90s", 90_000],
    [250, 250],
  ] as const) {
    const before = world.emulator.clock.now();
    expect((await answer(world, "POST", "/clock", { advance })).status).toBe(200);
    expect(world.emulator.clock.now() - before).toBe(ms);
  }
});

it("[control.state] everything can be looked at, and no secret or token stands in it", async () => {
  const world = createWorld();
  const tokens = await connect(world);
  const user = await login(world);
  const { eventId } = world;
  const paths = [
    "/status",
    "/actions",
    "/trigger",
    "/assumptions",
    "/clock",
    "/settings",
    "/deliveries",
    "/faults",
    "/state/events",
    `/state/events/${eventId}`,
    `/state/events/${eventId}/program`,
    `/state/events/${eventId}/participants?status=pending&q=a&limit=5`,
    `/state/events/${eventId}/participants/${first(participants(world))}`,
    "/state/accounts?limit=1000",
    `/state/accounts/${user.user_id}`,
    "/state/connections",
    "/state/grants",
    "/state/meters",
    "/state/integration",
    "/state/organization",
  ];
  for (const path of paths) {
    const response = await control(world, "GET", path);
    expect([path, response.status]).toEqual([path, 200]);
    const text = await response.text();
    for (const secret of [tokens.access_token, tokens.refresh_token, user.access_token, "-of-the-tests"]) {
      expect(text).not.toContain(secret);
    }
  }
  const { json } = await answer(world, "GET", "/state/meters");
  expect(json.data).toMatchObject([{ hour: { limit: 500, remaining: 500 } }, { hour: { limit: 200 } }]);
});

it("[control.reset] a reset of everything is a fresh emulator; one of the sandbox keeps the connections", async () => {
  const world = createWorld();
  await connect(world);
  world.emulator.settings.skew_ms = 7;
  world.emulator.faults.add({ kind: "close" });
  world.emulator.actions.cancel(world.eventId, first(participants(world)));
  await answer(world, "POST", "/reset");
  const { state, settings, faults } = world.emulator;
  expect([participants(world).length, state.connections.all().length, settings.skew_ms]).toEqual([36, 1, 7]);
  await answer(world, "POST", "/reset", { scope: "everything" });
  expect([state.connections.all().length, settings.skew_ms, faults.list().length]).toEqual([0, 0, 0]);
  expect((await connect(world)).expires_in).toBe(3600);
});
