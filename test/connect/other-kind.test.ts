import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { type Browser, createBrowser, startAuthorization } from "../support/browser.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { testWorld } from "../support/event.ts";
import { personWith } from "../support/person.ts";
import { rowsOf } from "../support/webhooks.ts";

interface Tampering {
  readonly scope: string;
  /** Who consents; without it the organizer. */
  readonly account?: string;
}

/** Begins a flow, asks Revento for other scopes than the integration did, consents, and comes back. */
async function comeBack(
  emulator: TestEmulator,
  browser: Browser,
  path: string,
  { scope, account }: Tampering,
): Promise<Response> {
  const query = await startAuthorization(browser, path);
  query.set("scope", scope);
  const url = `http://revento.test/oauth/authorize?${query}`;
  const back = new URL(await emulator.authorize({ url, ...(account === undefined ? {} : { account }) }));
  return browser.get(`${back.pathname}${back.search}`);
}

const keyOf = ({ eventId, organizationId }: TestEmulator) => ({ eventId, organizationId });

test("a participant's consent that comes back to connect makes nobody an organizer, and leaves the connection alone", async () => {
  const emulator = startEmulator();
  await emulator.connect();
  const before = await findConnection(testWorld(), keyOf(emulator));
  const browser = createBrowser();
  const account = personWith(emulator).user_id;
  const tampering = { scope: "profile.read", account };
  const response = await comeBack(emulator, browser, `/connect?event_id=${emulator.eventId}`, tampering);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("Another consent came back");
  const csv = `/organizations/${emulator.organizationId}/events/${emulator.eventId}/attendance.csv`;
  for (const path of [`/organizations/${emulator.organizationId}`, csv]) {
    expect((await browser.get(path)).status).toBe(401);
  }
  expect(await findConnection(testWorld(), keyOf(emulator))).toEqual(before);
});

test("an organizer's consent that comes back to login signs nobody in", async () => {
  const emulator = startEmulator();
  await emulator.connect();
  const browser = createBrowser("pl");
  const tampering = { scope: "event.read participants.read program.read" };
  const response = await comeBack(emulator, browser, `/login?event_id=${emulator.eventId}`, tampering);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("Wróciła inna zgoda");
  expect((await browser.get("/me")).status).toBe(401);
});

test.each(["connect", "login"])(
  "%s: an answer that does not say what was granted is no consent",
  async (flow) => {
    const emulator = startEmulator();
    await emulator.connect();
    let requestId = "";
    emulator.intercept = async (request) => {
      if (!request.url.endsWith("/oauth/token")) return undefined;
      requestId = request.headers.get("X-Revento-Request-Id") ?? "";
      const response = await emulator.fetch(request);
      const { scope: _, ...body } = (await response.json()) as Record<string, unknown>;
      return Response.json(body, { headers: { Date: new Date().toUTCString() } });
    };
    const browser = createBrowser();
    const scope = flow === "connect" ? "event.read" : "profile.read";
    const tampering = flow === "connect" ? { scope } : { scope, account: personWith(emulator).user_id };
    const response = await comeBack(emulator, browser, `/${flow}?event_id=${emulator.eventId}`, tampering);
    expect(response.status).toBe(403);
    expect(await rowsOf("SELECT path, status FROM calls WHERE request_id = ?", requestId)).toEqual([
      { path: "/oauth/token", status: 200 },
    ]);
  },
);

test("fewer scopes than were asked for are a consent", async () => {
  const emulator = startEmulator();
  const browser = createBrowser();
  const tampering = { scope: "event.read participants.read" };
  const response = await comeBack(emulator, browser, `/connect?event_id=${emulator.eventId}`, tampering);
  expect(response.status).toBe(200);
});
