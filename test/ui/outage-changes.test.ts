import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { openConnection } from "../../src/connections/index.ts";
import { runDueErasures } from "../../src/lifecycle/erasure/due.ts";
import { ledgerOf } from "../../src/lifecycle/index.ts";
import { tables } from "../lifecycle/fill.ts";
import { createBrowser } from "../support/browser.ts";
import { faultyD1 } from "../support/faulty-d1.ts";
import { setAside } from "../support/letters.ts";
import { signIn, signInOrganizer } from "../support/session.ts";
import { testSettings } from "../support/settings.ts";
import { delivery, heldQueue } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const ORIGIN = testSettings.PUBLIC_URL;
const app = createApp();
const SCOPES = ["event.read", "participants.read", "program.read"];

/** Every route that changes something, from the app itself: a new one cannot be forgotten. */
const routes = [
  ...new Map(
    app.routes
      .filter(({ method, path }) => !["GET", "ALL"].includes(method) && !path.includes("*"))
      .map(({ method, path }) => [`${method} ${path}`, { method, path }]),
  ).values(),
];
/** Needs no database for its first answer; what it does with one has a test of its own. */
const APART: Readonly<Record<string, string>> = {
  "POST /webhooks/revento": "below",
  "POST /ops/alerts/:name/test": "says it on a channel first: test/operator/alerts.test.ts",
};
/** Goes on by itself where it stopped: the hourly run finishes what was begun. */
const RESUMED = /\/erase$|\/erasures\/apply$/;

const bodies: Readonly<Record<string, unknown>> = {
  "POST /api/connections/:event_id/:organization_id/check-ins": { participant_id: "x" },
  "PUT /api/self-test/report": { url: "u", version: "0", commit: "c", at: "then", rows: [] },
};

// Each failure is logged, as it should be; here they would bury what a test says.
beforeAll(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));
afterAll(() => void vi.restoreAllMocks());

let next = 0;

/** An event of its own with one person, a letter that is set aside, and everybody signed in. */
async function prepare(): Promise<{ readonly eventId: string; readonly cookie: string }> {
  const quiet = testWorld({ env: withoutDelivery() });
  const eventId = `evt_outage_${next++}`;
  const opened = await openConnection(quiet, {
    eventId,
    organizationId: "x",
    connectedAt: Date.now() - 1000,
    grantedScopes: SCOPES,
    askedScopes: SCOPES,
  });
  await env.DB.prepare("INSERT INTO participants (connection_id, id, updated_at) VALUES (?, 'x', 1)")
    .bind(opened.connectionId)
    .run();
  await env.DB.prepare("DELETE FROM dead_letters").run();
  await setAside(quiet, [{ id: "x", queue: "revento-sync", reason: "x" }]);
  const browser = createBrowser();
  await signInOrganizer(browser, "x");
  await signIn(browser, { kind: "participant", subject: "usr_x", eventId, lifetimeMs: 3_600_000 });
  return { eventId, cookie: [...browser.cookies].map((pair) => pair.join("=")).join("; ") };
}

/** Everything in the database. */
async function everything(): Promise<string> {
  const results = await env.DB.batch(tables.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)));
  return JSON.stringify(results.map(({ results: rows }, at) => [tables[at]?.name, rows]));
}

/** Sends one change while statements with `only` in them fail. */
async function change({ method, path }: (typeof routes)[number], only: string) {
  const { eventId, cookie } = await prepare();
  const database = faultyD1(env.DB);
  Object.assign(database, { fault: "error", only });
  const queues = { SYNC: heldQueue(), HANDLERS: heldQueue(), ALERTS: heldQueue(), WEBHOOKS: heldQueue() };
  const isApi = path.startsWith("/api");
  const json = bodies[`${method} ${path}`];
  const headers = {
    origin: ORIGIN,
    cookie,
    accept: "text/html",
    ...(/^\/(api|ops)/.test(path) ? { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` } : {}),
    ...(isApi && json !== undefined ? { "content-type": "application/json" } : {}),
  };
  const form = new URLSearchParams({
    event_id: eventId,
    participant_id: "x",
    label: "Entrance",
    token: testSettings.OPERATOR_TOKEN,
  });
  const body = isApi ? (json === undefined ? null : JSON.stringify(json)) : form;
  const url = `${ORIGIN}${path.replace(":event_id", eventId).replaceAll(/:\w+/g, "x")}`;
  const before = await everything();
  const response = await app.fetch(new Request(url, { method, headers, body }), {
    ...env,
    ...queues,
    DB: database.binding,
  });
  const text = await response.text();
  const sent = Object.values(queues).flatMap((queue) => queue.sent);
  return { response, text, before, sent, struck: database.struck };
}

test.each(routes.filter(({ method, path }) => APART[`${method} ${path}`] === undefined))(
  "while D1 is out, $method $path answers 503 and when to come again, and asks for no work",
  async (route) => {
    const { response, text, before, sent, struck } = await change(route, "");
    expect(struck).toBeGreaterThan(0);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    if (route.path.startsWith("/api"))
      expect(JSON.parse(text)).toMatchObject({ error: "storage_unavailable" });
    else expect(text).toContain("<h1>");
    expect(sent).toEqual([]);
    expect(await everything()).toBe(before);
  },
);

test.each(["INSERT", "UPDATE", "DELETE"])(
  "where D1 takes no %s, a change that fails has written nothing",
  async (only) => {
    const failed: string[] = [];
    for (const route of routes.filter(({ method, path }) => APART[`${method} ${path}`] === undefined)) {
      const { response, before, sent, struck } = await change(route, only);
      const name = `${route.method} ${route.path}`;
      expect(response.status, name).not.toBe(500);
      if (struck === 0) continue;
      expect(response.status, name).toBe(503);
      failed.push(name);
      if (RESUMED.test(route.path)) continue;
      // A letter is sent again before it is taken away: it comes twice rather than never.
      if (!route.path.endsWith("/replay")) expect(sent, name).toEqual([]);
      expect(await everything(), name).toBe(before);
    }
    expect(failed.length).toBeGreaterThan(4);
  },
);

test("an erasure that an outage stopped after the ending is entered by the hourly run", async () => {
  const erase = routes.find(
    ({ method, path }) => method === "POST" && path.startsWith("/api") && path.endsWith("/erase"),
  );
  if (erase === undefined) throw new Error("there is no such route");
  expect((await change(erase, "detail) VALUES")).response.status).toBe(503);
  const eventId = `evt_outage_${next - 1}`;
  const later = testWorld({ env: withoutDelivery(), now: () => Date.now() + 3_600_000 });
  await runDueErasures(later);
  const row = await env.DB.prepare("SELECT id, state FROM connections WHERE event_id = ?")
    .bind(eventId)
    .first<{ id: string; state: string }>();
  expect(row?.state).toBe("ended");
  expect(await ledgerOf(later).find(row?.id ?? "")).toMatchObject({ eventId, reason: "deletion_required" });
});

test("a webhook that has to be spilled while D1 is out is answered 503, and nothing of it is kept; then 200", async () => {
  const database = faultyD1(env.DB);
  database.fault = "error";
  const WEBHOOKS = heldQueue();
  const large = JSON.stringify({
    id: "bdy_large",
    type: "application.approved",
    occurred_at: new Date().toISOString(),
    event_id: "evt_1",
    organization_id: "org_1",
    data: { note: "x".repeat(200_000) },
  });
  const send = async () => app.fetch(await delivery(large), { ...env, WEBHOOKS, DB: database.binding });
  const spilled = async () => (await env.DB.prepare("SELECT id FROM spills").all()).results.length;
  expect((await send()).status).toBe(503);
  expect(database.struck).toBeGreaterThan(0);
  expect([WEBHOOKS.sent.length, await spilled()]).toEqual([0, 0]);
  database.fault = "none";
  expect((await send()).status).toBe(200);
  expect([WEBHOOKS.sent.length, await spilled()]).toEqual([1, 1]);
});
