import { env, exports } from "cloudflare:workers";
import { Hono } from "hono";
import { expect, test } from "vitest";
import type { AppEnv } from "../../src/app-env.ts";
import { connectRoutes } from "../../src/connect/index.ts";
import { findConnection } from "../../src/connections/index.ts";
import { manifest } from "../../src/manifest.ts";
import { type Browser, createBrowser, startAuthorization } from "../support/browser.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { seedEvent, testWorld } from "../support/event.ts";
import { signInOrganizer } from "../support/session.ts";

interface Decision {
  readonly deny?: boolean;
  readonly withoutScopes?: string[];
}

/** Goes to Revento and decides there; answers with the address that leads back. */
async function consent(emulator: TestEmulator, browser: Browser, decision: Decision = {}): Promise<string> {
  const query = await startAuthorization(browser, `/connect?event_id=${emulator.eventId}`);
  const url = `http://revento.test/oauth/authorize?${query}`;
  const { pathname, search } = new URL(await emulator.authorize({ url, ...decision }));
  return `${pathname}${search}`;
}

const keyOf = ({ eventId, organizationId }: TestEmulator) => ({ eventId, organizationId });

test("a completed connect shows the event, the sync and the way on, and signs the organizer in", async () => {
  const emulator = startEmulator({ seed: 21 });
  const browser = createBrowser();
  const response = await browser.get(await consent(emulator, browser));
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toContain("<h1>Connected</h1>");
  expect(text).toContain("Fetching the data");
  expect(text).toContain(`href="/organizations/${emulator.organizationId}"`);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect((await browser.get(`/organizations/${emulator.organizationId}`)).status).toBe(200);
  const cookie = response.headers.getSetCookie().find((line) => line.includes("organizer")) ?? "";
  expect(cookie).toContain("Max-Age=43200");
  expect(cookie).toMatch(/^__Host-/);
});

test("the page moves to an address that can be loaded again, without the code", async () => {
  const emulator = startEmulator({ seed: 22 });
  const browser = createBrowser();
  const text = await (await browser.get(await consent(emulator, browser))).text();
  const next = /http-equiv="refresh" content="\d+; url=([^"]+)"/.exec(text)?.[1] ?? "";
  expect(next).not.toContain("code");
  const again = await browser.get(next);
  expect(again.status).toBe(200);
  expect(await again.text()).toContain('<noscript><meta http-equiv="refresh"');
  expect(text).toContain(`data-live-url="${next}"`);
});

test("every link of a connected page in another language leads to it, never to the callback again", async () => {
  const emulator = startEmulator();
  for (const [title, polish] of [
    ["Connected", "Połączono"],
    ["You are signed in", "Zalogowano"],
  ]) {
    const browser = createBrowser();
    const response = await browser.get(await consent(emulator, browser));
    const text = await response.text();
    expect(text).toContain(title);
    const link = /<a href="([^"]+)" hreflang="pl"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(link).toMatch(/^\/organizations\/.*\/connected\?/);
    const again = await browser.get(link);
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining(polish ?? "")]);
  }
});

test("a page of a callback that cannot be loaded again offers no other language of itself", async () => {
  const emulator = startEmulator();
  const browser = createBrowser();
  const text = await (await browser.get(await consent(emulator, browser, { deny: true }))).text();
  expect(text).not.toContain("hreflang");
  expect(text).not.toContain("callback");
});

test("a scanner of links that only asks for the head uses nothing up", async () => {
  const emulator = startEmulator();
  const browser = createBrowser();
  const path = await consent(emulator, browser);
  const head = await exports.default.fetch(`https://integration.test${path}`, { method: "HEAD" });
  expect([head.status, head.headers.get("allow")]).toEqual([405, "GET"]);
  expect((await browser.get(path)).status).toBe(200);
});

test.each([
  ["en", "running", "0 entries so far"],
  ["en", "complete", "3 entries ·"],
  ["pl", "running", "na razie 0 pozycji"],
  ["pl", "complete", "3 pozycje ·"],
])(
  "what is fetched is counted so far only until all of it is here (%s, %s)",
  async (language, state, words) => {
    const event = await seedEvent();
    await testWorld()
      .db.raw.prepare(`INSERT INTO runs (connection_id, id, kind, state, generation, slot, started_at, moved_at, rows)
      VALUES (?1, 'run', 'initial', ?2, 1, 0, 1, 1, 3)`)
      .bind(event.id, state)
      .run();
    const browser = createBrowser(language);
    await signInOrganizer(browser, event.organizationId);
    const path = `/organizations/${event.organizationId}/events/${event.eventId}/connected`;
    expect(/class="muted">([^<]*)/.exec(await (await browser.get(path)).text())?.[1]).toContain(words);
  },
);

test("a replayed callback changes nothing and says that it was used", async () => {
  const emulator = startEmulator({ seed: 23 });
  const browser = createBrowser();
  const path = await consent(emulator, browser);
  await browser.get(path);
  const before = await findConnection(testWorld(), keyOf(emulator));
  expect((await browser.get(path)).status).toBe(400);
  expect((await findConnection(testWorld(), keyOf(emulator)))?.generation).toBe(before?.generation);
});

test("of two callbacks at once exactly one counts", async () => {
  const emulator = startEmulator({ seed: 24 });
  const browser = createBrowser();
  const path = await consent(emulator, browser);
  const statuses = (await Promise.all([browser.get(path), browser.get(path)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 400]);
});

test("two tabs both connect", async () => {
  const emulator = startEmulator({ seed: 25 });
  const browser = createBrowser();
  const [first, second] = [await consent(emulator, browser), await consent(emulator, browser)];
  expect((await browser.get(second)).status).toBe(200);
  expect((await browser.get(first)).status).toBe(200);
});

test("connecting an active connection again is signing in: data and life stay", async () => {
  const emulator = startEmulator({ seed: 26 });
  await emulator.connect();
  const before = await findConnection(testWorld(), keyOf(emulator));
  const browser = createBrowser("pl");
  const text = await (await browser.get(await consent(emulator, browser))).text();
  const after = await findConnection(testWorld(), keyOf(emulator));
  expect(text).toContain("Zalogowano");
  expect(text).not.toContain("Pobieranie danych");
  expect(after?.id).toBe(before?.id);
  expect(after?.lifeStartedAt).toBe(before?.lifeStartedAt);
});

test("an optional permission that was left out is respected and said", async () => {
  const emulator = startEmulator({ seed: 27 });
  const browser = createBrowser();
  const path = await consent(emulator, browser, { withoutScopes: ["program.read"] });
  const text = await (await browser.get(path)).text();
  expect(text).toContain("You left these out, and that is fine");
  expect(text).toContain("The program");
});

test("Revento that cannot be reached is a page that says nothing was broken", async () => {
  const emulator = startEmulator({ seed: 28 });
  const browser = createBrowser();
  const path = await consent(emulator, browser);
  emulator.intercept = () => new Response("", { status: 503 });
  const response = await browser.get(path);
  expect(response.status).toBe(502);
  expect(await response.text()).toContain("Revento cannot be reached");
  expect(await findConnection(testWorld(), keyOf(emulator))).toBeNull();
});

test("a code that Revento does not know is a page with Revento's word", async () => {
  const emulator = startEmulator({ seed: 29 });
  const browser = createBrowser();
  const path = (await consent(emulator, browser)).replace(/code=[^&]+/, "code=rev_code_unknown");
  const response = await browser.get(path);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("invalid_grant");
});

test("a consent for another event than the one that was started is not stored", async () => {
  const emulator = startEmulator({ seed: 30 });
  const browser = createBrowser();
  const path = await consent(emulator, browser);
  emulator.intercept = async (request) => {
    if (!request.url.endsWith("/oauth/token")) return undefined;
    const body = await (await emulator.fetch(request)).json<Record<string, unknown>>();
    return Response.json({ ...body, event_id: "evt_another" });
  };
  const response = await browser.get(path);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("Another event came back");
  expect(await findConnection(testWorld(), { ...keyOf(emulator), eventId: "evt_another" })).toBeNull();
});

test("while it is being retired, an event that was never connected is refused, a connected one goes on", async () => {
  const emulator = startEmulator({ seed: 31 });
  await emulator.connect();
  const world = testWorld({ manifest: { ...manifest, deprecation: { endsOn: "2027-03-01" } } });
  const app = new Hono<AppEnv>()
    .use((c, next) => {
      c.set("world", world);
      c.set("requestId", "test");
      c.set("language", "en");
      return next();
    })
    .route("/", connectRoutes);
  const fresh = await app.request("/connect?event_id=evt_new", {}, env);
  expect(fresh.status).toBe(403);
  expect(await fresh.text()).toContain("keep working until 1 March 2027");
  expect((await app.request(`/connect?event_id=${emulator.eventId}`, {}, env)).status).toBe(302);
  expect(await (await app.request("/connect", {}, env)).text()).toContain("is being retired");
});
