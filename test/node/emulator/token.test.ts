import { expect, it } from "vitest";
import {
  authorizeUrl,
  call,
  connect,
  createWorld,
  DAY,
  errorOf,
  exchange,
  HOUR,
  login,
  postToken,
  refresh,
  tokensOf,
  type World,
} from "./support/world.ts";

const consent = (world: World) => world.emulator.authorize({ url: authorizeUrl(world) });
const invalidGrant = [400, "invalid_grant"];

it("[2.token-answer] the token answer has the contract's fields and lifetimes", async () => {
  const world = createWorld();
  const tokens = await connect(world);
  expect(tokens).toMatchObject({
    token_type: "Bearer",
    expires_in: 3600,
    refresh_expires_in: 7_776_000,
    scope: "event.read participants.read program.read",
    event_id: world.eventId,
    organization_id: world.emulator.state.store.organization.id,
  });
  expect(tokens.access_token).toMatch(/^rev_install_/);
  expect(tokens.refresh_token).toMatch(/^rev_refresh_/);
  expect(tokens).not.toHaveProperty("user_id");
  expect((await login(world)).user_id).toMatch(/^usr_/);
  world.emulator.settings.user_id_in_token = false;
  expect(await login(world)).not.toHaveProperty("user_id");
});

it("[2.exchange] a wrong verifier, redirect URI or code, and an expired or reused code are invalid_grant", async () => {
  const world = createWorld();
  const other = "https://worker.example/login/callback";
  expect(
    await errorOf(await exchange(world, await consent(world), { code_verifier: "x".repeat(43) })),
  ).toEqual(invalidGrant);
  expect(await errorOf(await exchange(world, await consent(world), { redirect_uri: other }))).toEqual(
    invalidGrant,
  );
  expect(await errorOf(await exchange(world, await consent(world), { code: "rev_code_none" }))).toEqual(
    invalidGrant,
  );
  const expired = await consent(world);
  await world.emulator.clock.advance(600_000);
  expect(await errorOf(await exchange(world, expired))).toEqual(invalidGrant);
});

it("[2.exchange-redirect] the exchange repeats the redirect URI, unless that is switched off", async () => {
  const world = createWorld();
  const without = { redirect_uri: undefined };
  expect(await errorOf(await exchange(world, await consent(world), without))).toEqual([
    400,
    "invalid_request",
  ]);
  world.emulator.settings.token_redirect_uri = "optional";
  expect((await exchange(world, await consent(world), without)).status).toBe(200);
});

it("[2.code-once] a code works once, and its second use ends what the first one gave", async () => {
  const world = createWorld();
  const url = await consent(world);
  const tokens = await tokensOf(await exchange(world, url));
  expect(await errorOf(await exchange(world, url))).toEqual(invalidGrant);
  expect(await errorOf(await call(world, tokens.access_token, `/events/${world.eventId}`))).toEqual([
    401,
    "token_revoked",
  ]);
});

it("[2.code-race] of two exchanges of one code at once only one succeeds", async () => {
  const world = createWorld();
  const url = await consent(world);
  const answers = await Promise.all([exchange(world, url), exchange(world, url)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
});

it("[2.client] a wrong client is 401 invalid_client, a wrong form is 400", async () => {
  const world = createWorld();
  const wrong = { grant_type: "refresh_token", refresh_token: "x", client_secret: "wrong" };
  expect(await errorOf(await postToken(world, wrong))).toEqual([401, "invalid_client"]);
  expect(await errorOf(await postToken(world, { grant_type: "password" }))).toEqual([
    400,
    "unsupported_grant_type",
  ]);
  expect(await errorOf(await postToken(world, {}))).toEqual([400, "invalid_request"]);
  const url = await consent(world);
  expect(await errorOf(await exchange(world, url, { code_verifier: undefined }))).toEqual([
    400,
    "invalid_request",
  ]);
  const json = new Request("https://auth.revento.example/oauth/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(await errorOf(await world.emulator.fetch(json))).toEqual([400, "invalid_request"]);
});

it("[2.rotation] every refresh gives a new refresh token, and a rotated one revokes the whole grant", async () => {
  const world = createWorld();
  const one = await connect(world);
  const two = await tokensOf(await refresh(world, one.refresh_token));
  expect(two.refresh_token).not.toBe(one.refresh_token);
  expect((await call(world, two.access_token, `/events/${world.eventId}`)).status).toBe(200);
  expect(await errorOf(await refresh(world, one.refresh_token))).toEqual(invalidGrant);
  expect(await errorOf(await refresh(world, two.refresh_token))).toEqual(invalidGrant);
  expect((await errorOf(await call(world, two.access_token, `/events/${world.eventId}`)))[1]).toBe(
    "token_revoked",
  );
});

it("[2.no-revoke] without the strictness a rotated token is refused and harms nothing", async () => {
  const world = createWorld();
  world.emulator.settings.reuse_revokes_grant = false;
  const one = await connect(world);
  const two = await tokensOf(await refresh(world, one.refresh_token));
  expect(await errorOf(await refresh(world, one.refresh_token))).toEqual(invalidGrant);
  expect((await refresh(world, two.refresh_token)).status).toBe(200);
});

it("[2.grace-until-used] the previous refresh token works until its successor was used", async () => {
  const world = createWorld();
  world.emulator.settings.refresh_mode = "grace-until-used";
  const one = await connect(world);
  await tokensOf(await refresh(world, one.refresh_token));
  const again = await tokensOf(await refresh(world, one.refresh_token));
  expect((await refresh(world, again.refresh_token)).status).toBe(200);
  expect(await errorOf(await refresh(world, one.refresh_token))).toEqual(invalidGrant);
});

it("[2.grace-sibling] of two refreshes with one token the later wins, and the loser's token is refused without harm", async () => {
  const world = createWorld();
  world.emulator.settings.refresh_mode = "grace-until-used";
  const one = await connect(world);
  const loser = await tokensOf(await refresh(world, one.refresh_token));
  const winner = await tokensOf(await refresh(world, one.refresh_token));
  expect(await errorOf(await refresh(world, loser.refresh_token))).toEqual(invalidGrant);
  expect((await refresh(world, winner.refresh_token)).status).toBe(200);
});

it("[2.grace-seconds] the previous refresh token works for the seconds that are set", async () => {
  const world = createWorld();
  Object.assign(world.emulator.settings, { refresh_mode: "grace-seconds", refresh_grace_seconds: 30 });
  const one = await connect(world);
  await tokensOf(await refresh(world, one.refresh_token));
  await world.emulator.clock.advance(29_999);
  expect((await refresh(world, one.refresh_token)).status).toBe(200);
  await world.emulator.clock.advance(1);
  expect(await errorOf(await refresh(world, one.refresh_token))).toEqual(invalidGrant);
});

it("[2.omit] a server that does not rotate answers without a refresh token, and the old one lives on", async () => {
  const world = createWorld();
  world.emulator.settings.refresh_mode = "omit-refresh-token";
  const one = await connect(world);
  for (let count = 0; count < 3; count++) {
    await world.emulator.clock.advance(60 * DAY);
    expect(await tokensOf(await refresh(world, one.refresh_token))).not.toHaveProperty("refresh_token");
  }
});

it("[1.access-hour] an access token lives for exactly one hour of the emulator's time", async () => {
  const world = createWorld();
  const connected = await connect(world);
  const signedIn = await login(world);
  const paths: [string, string][] = [
    [connected.access_token, `/events/${world.eventId}`],
    [signedIn.access_token, "/me/profile"],
  ];
  await world.emulator.clock.advance(HOUR - 1);
  for (const [token, path] of paths) expect((await call(world, token, path)).status).toBe(200);
  await world.emulator.clock.advance(1);
  for (const [token, path] of paths) {
    expect(await errorOf(await call(world, token, path))).toEqual([401, "token_expired"]);
  }
});

it("[1.refresh-90-days] a refresh token lives for 90 days, sliding", async () => {
  const world = createWorld();
  const one = await connect(world);
  await world.emulator.clock.advance(90 * DAY - 1);
  const two = await tokensOf(await refresh(world, one.refresh_token));
  await world.emulator.clock.advance(90 * DAY);
  expect(await errorOf(await refresh(world, two.refresh_token))).toEqual(invalidGrant);
});

it("[1.year-stop] a year after the first issue a grant ends, however often it was refreshed", async () => {
  const world = createWorld();
  let tokens = await connect(world);
  for (let quarter = 0; quarter < 4; quarter++) {
    await world.emulator.clock.advance(89 * DAY);
    tokens = await tokensOf(await refresh(world, tokens.refresh_token));
  }
  expect(tokens.refresh_expires_in).toBe((365 - 4 * 89) * 86_400);
  await world.emulator.clock.advance(9 * DAY - 1000);
  const last = await tokensOf(await refresh(world, tokens.refresh_token));
  expect(last).toMatchObject({ expires_in: 1, refresh_expires_in: 1 });
  await world.emulator.clock.advance(1000);
  expect(await errorOf(await refresh(world, last.refresh_token))).toEqual(invalidGrant);
});

it("[2.old-access] what a refresh does to the previous access token is a switch", async () => {
  const world = createWorld();
  const one = await connect(world);
  await refresh(world, one.refresh_token);
  const path = `/events/${world.eventId}`;
  expect((await call(world, one.access_token, path)).status).toBe(200);
  world.emulator.settings.old_access_after_refresh = "token_expired";
  expect(await errorOf(await call(world, one.access_token, path))).toEqual([401, "token_expired"]);
  world.emulator.settings.old_access_after_refresh = "token_revoked";
  expect(await errorOf(await call(world, one.access_token, path))).toEqual([401, "token_revoked"]);
});

it("[1.one-connection] a second consent for the same event replaces the first grant", async () => {
  const world = createWorld();
  const one = await connect(world);
  const two = await connect(world);
  expect(await errorOf(await refresh(world, one.refresh_token))).toEqual(invalidGrant);
  expect((await refresh(world, two.refresh_token)).status).toBe(200);
  expect(world.emulator.state.connections.all()).toHaveLength(1);
});
