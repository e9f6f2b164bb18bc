import { expect, it } from "vitest";
import {
  authorizeUrl,
  call,
  connect,
  createWorld,
  errorOf,
  exchange,
  first,
  HOUR,
  login,
  loginUrl,
  participants,
  tokensOf,
  userOf,
  walk,
} from "./support/world.ts";

const LISTS = ["participants", "activities", "threads", "locations", "registration-waves"];

it("[1.event-bound] an installation token opens its own event and no other", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  expect((await call(world, access_token, `/events/${world.eventId}`)).status).toBe(200);
  for (const id of [world.otherEventId, "evt_none"]) {
    for (const path of ["", "/participants", "/program"]) {
      const answer = await call(world, access_token, `/events/${id}${path}`);
      expect(await errorOf(answer)).toEqual([403, "event_not_authorized"]);
    }
  }
});

it("[1.kinds] the wrong kind of token is told which kind it needs", async () => {
  const world = createWorld();
  const installation = await connect(world);
  const user = await login(world);
  for (const path of ["/me/profile", "/me/application"]) {
    const answer = await call(world, installation.access_token, path);
    expect(await errorOf(answer)).toEqual([403, "user_token_required"]);
  }
  for (const path of ["", ...LISTS.map((name) => `/${name}`), "/program"]) {
    const answer = await call(world, user.access_token, `/events/${world.eventId}${path}`);
    expect(await errorOf(answer)).toEqual([403, "installation_token_required"]);
  }
});

it("[1.ids] identifiers have the contract's prefixes", async () => {
  const world = createWorld();
  const { access_token, event_id, organization_id } = await connect(world);
  expect(event_id).toMatch(/^evt_\w+$/);
  expect(organization_id).toMatch(/^org_\w+$/);
  const { rows } = await walk(world, access_token, `/events/${world.eventId}/participants`);
  for (const row of rows) {
    expect(row.id).toMatch(/^ptp_\w+$/);
    expect(row.user_id).toMatch(/^usr_\w+$/);
    expect(row.application_id).toMatch(/^app_\w+$/);
  }
});

it("[3.scopes] each scope opens what its row in the table says, and nothing without it", async () => {
  const world = createWorld();
  const program = ["/program", "/activities", "/threads", "/locations", "/registration-waves"];
  const table: [string, string[]][] = [
    ["event.read", [""]],
    ["participants.read", ["/participants"]],
    ["program.read", program],
  ];
  const all = table.flatMap(([, paths]) => paths);
  for (const [scope, opened] of table) {
    const url = await world.emulator.authorize({ url: authorizeUrl(world, { scope }) });
    const { access_token } = await tokensOf(await exchange(world, url));
    for (const path of all) {
      const answer = await call(world, access_token, `/events/${world.eventId}${path}`);
      if (opened.includes(path)) expect(answer.status).toBe(200);
      else expect(await errorOf(answer)).toEqual([403, "insufficient_scope"]);
    }
  }
});

it("[3.user-scopes] profile.read opens the profile, event.attendance the application", async () => {
  const world = createWorld();
  await connect(world);
  const tokensFor = async (scope: string) => {
    const url = await world.emulator.authorize({ url: loginUrl(world, { scope }) });
    return (await tokensOf(await exchange(world, url))).access_token;
  };
  const profile = await tokensFor("profile.read");
  expect((await call(world, profile, "/me/profile")).status).toBe(200);
  expect(await errorOf(await call(world, profile, "/me/application"))).toEqual([403, "insufficient_scope"]);
  const attendance = await tokensFor("event.attendance");
  expect(await errorOf(await call(world, attendance, "/me/profile"))).toEqual([403, "insufficient_scope"]);
  expect((await call(world, attendance, "/me/application")).status).toBe(200);
});

it("[4.request-id] the request id is echoed, also on errors, and made up where it is missing", async () => {
  const world = createWorld();
  const id = "0b2f7f0e-5b52-4d38-8c43-3a4f2b6d9c11";
  const { access_token } = await connect(world);
  for (const token of [access_token, "rev_install_unknown"]) {
    const answer = await call(world, token, `/events/${world.eventId}`, { "x-revento-request-id": id });
    expect(answer.headers.get("x-revento-request-id")).toBe(id);
    if (!answer.ok) expect(((await answer.json()) as { request_id: string }).request_id).toBe(id);
  }
  const without = await call(world, access_token, `/events/${world.eventId}`);
  expect(without.headers.get("x-revento-request-id")).toMatch(/^[\da-f-]{36}$/);
});

it("[4.accept] the version is asked for by Accept", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const path = `/events/${world.eventId}`;
  const other = await call(world, access_token, path, { accept: "application/json" });
  expect(await errorOf(other)).toEqual([406, "not_acceptable"]);
  world.emulator.settings.accept = "lenient";
  expect((await call(world, access_token, path, { accept: "application/json" })).status).toBe(200);
});

it("[4.date] every answer carries Date: Revento's clock to the second", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  world.real.now += 1234;
  const addresses = [
    "/",
    "/nothing",
    "/oauth/authorize",
    "/_emulator/status",
    `/api/v1/events/${world.eventId}`,
  ];
  for (const path of addresses) {
    const response = await world.emulator.fetch(new Request(`https://api.revento.example${path}`));
    expect(response.headers.get("date")).toBe(new Date(world.real.now).toUTCString());
  }
  const answer = await call(world, access_token, `/events/${world.eventId}`);
  expect(answer.headers.get("date")).toBe("Wed, 06 May 2026 10:00:01 GMT");
});

it("[4.error-shape] errors are error, message and request_id", async () => {
  const world = createWorld();
  const answer = await call(world, "rev_install_unknown", "/me/profile");
  const body = (await answer.json()) as Record<string, string>;
  expect(answer.status).toBe(401);
  expect(body).toMatchObject({
    error: "invalid_token",
    request_id: answer.headers.get("x-revento-request-id"),
  });
  expect(body.message).toBeTruthy();
});

it("[4.401s] a token is invalid, expired or revoked, and each says so", async () => {
  const world = createWorld();
  const path = `/events/${world.eventId}`;
  for (const header of ["", "Bearer ", "Basic abc", "Bearer rev_install_x y"]) {
    const answer = await call(world, "", path, { authorization: header });
    expect(await errorOf(answer)).toEqual([401, "invalid_token"]);
  }
  const { access_token } = await connect(world);
  await world.emulator.clock.advance(HOUR);
  expect(await errorOf(await call(world, access_token, path))).toEqual([401, "token_expired"]);
  world.emulator.actions.disconnect(world.eventId);
  expect(await errorOf(await call(world, access_token, path))).toEqual([401, "token_revoked"]);
});

it("[4.404] an address that does not exist is 404 not_found", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const answer = await call(world, access_token, `/events/${world.eventId}/sponsors`);
  expect(await errorOf(answer)).toEqual([404, "not_found"]);
});

it("[4.participant] a participant has the contract's fields, and the sandbox's three custom ones", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const { rows } = await walk(world, access_token, `/events/${world.eventId}/participants`);
  for (const row of rows) {
    expect(Object.keys(row.custom_form_fields ?? {})).toEqual([
      "favorite_track",
      "dietary_notes",
      "arrival_day",
    ]);
    expect(["pending", "approved", "rejected", "revision_requested"]).toContain(row.application_status);
    expect(row).toHaveProperty("role");
    expect(row).toHaveProperty("profile.first_name");
    const reviewed = row.application_status === "pending" ? null : expect.any(String);
    expect(row).toMatchObject({
      last_reviewed_at: reviewed,
      last_reviewer_id: reviewed,
      last_review_action: reviewed,
    });
  }
});

it("[4.times] times are ISO 8601 UTC in fields that end in _at, and enum values begin with a letter", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const bodies = [await (await call(world, access_token, `/events/${world.eventId}/program`)).json()];
  for (const list of LISTS)
    bodies.push((await walk(world, access_token, `/events/${world.eventId}/${list}`)).rows);
  const text = JSON.stringify(bodies);
  const times = [...text.matchAll(/"(\w+)":"(\d{4}-\d\d-\d\dT[^"]*)"/g)];
  expect(times.length).toBeGreaterThan(100);
  for (const [, name, value] of times) {
    expect(name).toMatch(/_at$/);
    expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  expect(text).not.toMatch(/"(status|kind|application_status|age_group|capacity_state|arrival_day)":"\d/);
});

it("[4.event] an event has title, description, dates and publish status", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const event = await (await call(world, access_token, `/events/${world.eventId}`)).json();
  expect(event).toMatchObject({
    id: world.eventId,
    title: expect.any(String),
    name: expect.any(String),
    start_date: "2026-05-07",
    end_date: "2026-05-09",
    publish_status: "published",
  });
});

it("[4.activity] an activity has status, thread, location, start, end and capacity; a location its floor, building and venue", async () => {
  const world = createWorld();
  const { access_token } = await connect(world);
  const lists = `/events/${world.eventId}`;
  for (const row of (await walk(world, access_token, `${lists}/activities`)).rows) {
    expect(row).toMatchObject({
      status: "scheduled",
      thread_id: expect.stringMatching(/^thr_/),
      location_id: expect.stringMatching(/^loc_/),
      capacity: expect.any(Number),
      signed_up_count: expect.any(Number),
    });
    expect(Date.parse(String(row.end_at))).toBeGreaterThan(Date.parse(String(row.start_at)));
  }
  for (const row of (await walk(world, access_token, `${lists}/locations`)).rows) {
    const place = { id: expect.any(String), name: expect.any(String) };
    expect(row).toMatchObject({ floor: place, building: place, venue: place });
  }
});

it("[4.me] profile and application are those of the person who signed in", async () => {
  const world = createWorld();
  await connect(world);
  const participant = first(participants(world, "revision_requested"));
  const { access_token } = await login(world, userOf(world, participant));
  const profile = await (await call(world, access_token, "/me/profile")).json();
  expect(profile).toMatchObject({
    user_id: userOf(world, participant),
    name: expect.any(String),
    display_name: expect.any(String),
    email: expect.stringContaining("@"),
  });
  const application = await (await call(world, access_token, "/me/application")).json();
  expect(application).toMatchObject({ has_more: false, next_cursor: null });
  const [own] = (application as { data: unknown[] }).data;
  expect(own).toMatchObject({ participant_id: participant, status: "revision_requested", activity_ids: [] });
  world.emulator.settings.activity_ids = false;
  const plain = (await (await call(world, access_token, "/me/application")).json()) as { data: object[] };
  expect(plain.data[0]).not.toHaveProperty("activity_ids");
});
