import { expect, it } from "vitest";
import {
  authorizeUrl,
  CONNECT_CALLBACK,
  connect,
  createWorld,
  exchange,
  first,
  loginUrl,
  participants,
  tokensOf,
  userOf,
  type World,
} from "./support/world.ts";

const open = (world: World, url: string, headers: Record<string, string> = {}) =>
  world.emulator.fetch(new Request(url, { headers }));

function post(path: string, cookie: string, fields: [string, string][]): Request {
  return new Request(`https://auth.revento.example${path}`, {
    method: "POST",
    headers: { cookie, origin: "https://auth.revento.example" },
    body: new URLSearchParams(fields),
  });
}

async function refusalOf(response: Response): Promise<[number, string | undefined]> {
  return [response.status, /data-refusal="(\w+)"/.exec(await response.text())?.[1]];
}

/** Signs in on the page and returns the cookie. */
async function signIn(world: World, url: string, account: string): Promise<string> {
  const response = await world.emulator.fetch(
    post("/oauth/sign-in", "", [
      ["request", new URL(url).search],
      ["account", account],
    ]),
  );
  expect(response.status).toBe(303);
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

const organizer = (world: World) =>
  [...world.emulator.state.store.accounts.values()].find(({ kind }) => kind === "organizer")?.id ?? "";

it("[2.pages] a person signs in, sees the scopes, authorizes, and comes back with code and state", async () => {
  const world = createWorld();
  const url = authorizeUrl(world);
  expect(await (await open(world, url)).text()).toContain(`name="account" value="${organizer(world)}"`);
  const cookie = await signIn(world, url, organizer(world));
  const page = await (await open(world, url, { cookie })).text();
  for (const scope of ["event.read", "participants.read", "program.read"]) expect(page).toContain(scope);
  const decision = post("/oauth/authorize", cookie, [
    ["request", new URL(url).search],
    ["decision", "authorize"],
    ["scope", "program.read"],
  ]);
  const back = await world.emulator.fetch(decision);
  expect(back.status).toBe(303);
  const location = new URL(back.headers.get("location") ?? "");
  expect(`${location.origin}${location.pathname}`).toBe(CONNECT_CALLBACK);
  expect(location.searchParams.get("state")).toBe("state-1");
  expect((await exchange(world, location.toString())).status).toBe(200);
});

it("[2.declined] Cancel goes back with access_denied and state", async () => {
  const world = createWorld();
  const url = authorizeUrl(world);
  const cookie = await signIn(world, url, organizer(world));
  const form: [string, string][] = [
    ["request", new URL(url).search],
    ["decision", "cancel"],
  ];
  const back = await world.emulator.fetch(post("/oauth/authorize", cookie, form));
  const params = new URL(back.headers.get("location") ?? "").searchParams;
  expect([params.get("error"), params.get("state"), params.get("code")]).toEqual([
    "access_denied",
    "state-1",
    null,
  ]);
});

it("[2.languages] the pages exist in Polish and English", async () => {
  const world = createWorld();
  const url = authorizeUrl(world);
  const polish = await (await open(world, url, { "accept-language": "pl-PL,pl;q=0.9,en;q=0.8" })).text();
  expect(polish).toContain('<html lang="pl">');
  expect(polish).toContain("Zaloguj się");
  const english = await (await open(world, url, { "accept-language": "de,en;q=0.8" })).text();
  expect(english).toContain('<html lang="en">');
  const cookie = await signIn(world, url, organizer(world));
  const consent = await (await open(world, `${url}&lang=pl`, { cookie })).text();
  expect(consent).toContain("Zezwól");
  expect(consent).toContain("wymagane");
});

it("[2.redirect-uri] the redirect URI is compared byte for byte, and a wrong one is never redirected to", async () => {
  const world = createWorld();
  for (const redirect_uri of [
    `${CONNECT_CALLBACK}/`,
    CONNECT_CALLBACK.toUpperCase(),
    "https://evil.example/",
    "",
  ]) {
    const response = await open(world, authorizeUrl(world, { redirect_uri }));
    expect(response.headers.get("location")).toBeNull();
    expect(await refusalOf(response)).toEqual([400, "redirect_uri_mismatch"]);
  }
  const unknown = await open(world, authorizeUrl(world, { client_id: "client_other" }));
  expect(await refusalOf(unknown)).toEqual([400, "unknown_client"]);
});

it("[2.invalid-scope] scopes of two kinds, undeclared ones and none at all are invalid_scope", async () => {
  const world = createWorld();
  for (const scope of ["event.read profile.read", "event.read payments.write", "", undefined]) {
    const response = await open(world, authorizeUrl(world, { scope }));
    const params = new URL(response.headers.get("location") ?? "").searchParams;
    expect([params.get("error"), params.get("state")]).toEqual(["invalid_scope", "state-1"]);
  }
});

it("[2.parameters] a request without PKCE, state, event or the right response type is sent back with an error", async () => {
  const world = createWorld();
  const cases: [Record<string, string | undefined>, string][] = [
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ code_challenge: undefined }, "invalid_request"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ state: undefined }, "invalid_request"],
    [{ event_id: undefined }, "invalid_request"],
  ];
  for (const [changes, error] of cases) {
    const response = await open(world, authorizeUrl(world, changes));
    expect(new URL(response.headers.get("location") ?? "").searchParams.get("error")).toBe(error);
  }
  expect(await refusalOf(await open(world, authorizeUrl(world, { event_id: "evt_none" })))).toEqual([
    404,
    "event_not_found",
  ]);
});

it("[2.optional-scopes] an optional scope can be unticked, a required one cannot", async () => {
  const world = createWorld();
  const url = authorizeUrl(world);
  const withoutScopes = ["program.read", "event.read"];
  const back = await world.emulator.authorize({ url, withoutScopes });
  expect((await tokensOf(await exchange(world, back))).scope).toBe("event.read participants.read");
});

it("[2.same-endpoint] the requested scopes decide whether it is a connect or a login", async () => {
  const world = createWorld();
  const connected = await connect(world);
  expect(connected.access_token).toMatch(/^rev_install_/);
  const back = await world.emulator.authorize({ url: loginUrl(world) });
  expect((await tokensOf(await exchange(world, back))).access_token).toMatch(/^rev_user_/);
});

async function pageFor(world: World, url: string, account: string) {
  return refusalOf(await open(world, url, { cookie: await signIn(world, url, account) }));
}

it("[2.login-eligibility] a login needs the catalog, a connected event and an application, each refusal with its page", async () => {
  const world = createWorld();
  const participant = first(participants(world, "rejected"));
  const user = userOf(world, participant);
  const url = loginUrl(world);
  expect(await pageFor(world, url, user)).toEqual([403, "event_not_connected"]);
  await connect(world);
  // Whatever its status: a rejected application is enough.
  expect(await pageFor(world, url, user)).toEqual([200, undefined]);
  const stranger = [...world.emulator.state.store.accounts.values()].at(-1)?.id ?? "";
  expect(await pageFor(world, url, stranger)).toEqual([403, "no_application"]);
  world.emulator.actions.cancel(world.eventId, participant);
  expect(await pageFor(world, url, user)).toEqual([403, "no_application"]);
  world.emulator.actions.suspend();
  expect(await pageFor(world, url, user)).toEqual([403, "integration_suspended"]);
});

it("[2.connect-eligibility] a connect needs an organizer, a formal organization and an event that is not archived", async () => {
  const world = createWorld();
  const url = authorizeUrl(world);
  expect(await pageFor(world, url, userOf(world, first(participants(world))))).toEqual([
    403,
    "not_organizer",
  ]);
  world.emulator.actions.removeFormalStatus();
  expect(await pageFor(world, url, organizer(world))).toEqual([403, "organization_not_formal"]);
  world.emulator.actions.restoreFormalStatus();
  world.emulator.actions.archiveEvent(world.eventId);
  expect(await pageFor(world, url, organizer(world))).toEqual([403, "event_archived"]);
});

it("[2.forms] a decision that was sent from another site is refused", async () => {
  const world = createWorld();
  const url = authorizeUrl(world);
  const cookie = await signIn(world, url, organizer(world));
  const response = await world.emulator.fetch(
    new Request("https://auth.revento.example/oauth/authorize", {
      method: "POST",
      headers: { cookie, origin: "https://evil.example" },
      body: new URLSearchParams({ request: new URL(url).search, decision: "authorize" }),
    }),
  );
  expect(response.status).toBe(403);
});
