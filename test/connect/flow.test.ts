import { expect, test, vi } from "vitest";
import { createBrowser, startAuthorization } from "../support/browser.ts";

const DECLINED = "error=access_denied";

test("connect goes to Revento with a one-time state, an S256 challenge and the exact redirect address", async () => {
  const browser = createBrowser();
  const query = await startAuthorization(browser, "/connect?event_id=evt_1");
  expect(Object.fromEntries(query)).toMatchObject({
    response_type: "code",
    client_id: "test-client",
    redirect_uri: "https://integration.test/connect/callback",
    scope: "event.read participants.read program.read",
    code_challenge_method: "S256",
    event_id: "evt_1",
  });
  expect(query.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  expect(query.get("state")).toMatch(/^[\w-]{43}$/);
  expect([...browser.cookies.keys()]).toEqual([expect.stringMatching(/^__Host-revento-flow-/)]);
});

test("the state cookie is for this host alone, hidden from scripts, and survives the way back", async () => {
  const response = await createBrowser().get("/connect?event_id=evt_1");
  const cookie = response.headers.get("set-cookie") ?? "";
  for (const attribute of ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"])
    expect(cookie).toContain(attribute);
  expect(cookie).not.toContain("Domain");
});

test("without an event the page says what will be read, scope by scope", async () => {
  const text = await (await createBrowser("pl").get("/connect")).text();
  expect(text).toContain("Uczestnicy i ich zgłoszenia");
  expect(text).toContain("niezbędne");
  expect(text).toContain("decydujesz Ty");
});

test("what is no event number is refused and shown as text", async () => {
  const response = await createBrowser().get(`/connect?event_id=${encodeURIComponent('"><script>x')}`);
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).toContain("&quot;&gt;&lt;script&gt;x");
  expect(text).not.toContain("<script>x");
});

test("declining shows why consent is needed and what would be accessed, and retries only when pressed", async () => {
  const browser = createBrowser();
  const query = await startAuthorization(browser, "/connect?event_id=evt_1");
  const response = await browser.get(`/connect/callback?${DECLINED}&state=${query.get("state")}`);
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toContain("Without your consent");
  expect(text).toContain("Participants and their applications");
  expect(text).toMatch(/<a class="button big" href="\/connect\?event_id=evt_1">Try again<\/a>/);
  expect(text).not.toContain("http-equiv");
  expect(text).not.toContain("<script");
});

test("a state from another browser does not count, and does not use up the rightful one's", async () => {
  const [mine, theirs] = [createBrowser(), createBrowser()];
  const query = await startAuthorization(mine, "/connect?event_id=evt_1");
  const path = `/connect/callback?${DECLINED}&state=${query.get("state")}`;
  const stolen = await theirs.get(path);
  expect(stolen.status).toBe(403);
  expect(await stolen.text()).toContain("another browser");
  expect((await mine.get(path)).status).toBe(200);
});

test("a forged cookie of the right name does not count either", async () => {
  const [mine, theirs] = [createBrowser(), createBrowser()];
  const query = await startAuthorization(mine, "/connect?event_id=evt_1");
  for (const name of mine.cookies.keys()) theirs.cookies.set(name, "forged");
  expect((await theirs.get(`/connect/callback?${DECLINED}&state=${query.get("state")}`)).status).toBe(403);
});

test("a replayed callback is told that it was used", async () => {
  const browser = createBrowser();
  const query = await startAuthorization(browser, "/connect?event_id=evt_1");
  const path = `/connect/callback?${DECLINED}&state=${query.get("state")}`;
  await browser.get(path);
  const again = await browser.get(path);
  expect(again.status).toBe(400);
  expect(await again.text()).toContain("already done");
});

test("two tabs both finish, in either order", async () => {
  const browser = createBrowser();
  const first = await startAuthorization(browser, "/connect?event_id=evt_1");
  const second = await startAuthorization(browser, "/connect?event_id=evt_2");
  for (const query of [second, first]) {
    const response = await browser.get(`/connect/callback?${DECLINED}&state=${query.get("state")}`);
    expect(response.status).toBe(200);
  }
});

test("after ten minutes the state is too old", async () => {
  const browser = createBrowser();
  const query = await startAuthorization(browser, "/connect?event_id=evt_1");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 601_000 });
  try {
    const response = await browser.get(`/connect/callback?code=c&state=${query.get("state")}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("too old");
  } finally {
    vi.useRealTimers();
  }
});

test("a state of connect does not count for login", async () => {
  const browser = createBrowser();
  const query = await startAuthorization(browser, "/connect?event_id=evt_1");
  const state = query.get("state");
  const response = await browser.get(`/login/callback?${DECLINED}&state=${state}`);
  expect([403, 404]).toContain(response.status);
  expect((await browser.get(`/connect/callback?${DECLINED}&state=${state}`)).status).toBe(200);
});

test("invalid_scope is our mistake: the page offers to write to us", async () => {
  const browser = createBrowser();
  const query = await startAuthorization(browser, "/connect?event_id=evt_1");
  const response = await browser.get(`/connect/callback?error=invalid_scope&state=${query.get("state")}`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("mailto:");
});

test("a callback without anything is a page, not a crash", async () => {
  expect((await createBrowser().get("/connect/callback")).status).toBe(403);
});
