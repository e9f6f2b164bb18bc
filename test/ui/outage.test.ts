import { env } from "cloudflare:workers";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { openConnection } from "../../src/connections/index.ts";
import { createBrowser } from "../support/browser.ts";
import { faultyD1 } from "../support/faulty-d1.ts";
import { signIn, signInOrganizer } from "../support/session.ts";
import { testSettings } from "../support/settings.ts";
import { testWorld } from "../support/world.ts";

const ORIGIN = testSettings.PUBLIC_URL;
const app = createApp();

/** Every GET of the app, from the app itself: a new one cannot be forgotten. */
const paths = [
  ...new Set(
    app.routes
      .filter(({ method, path }) => method === "GET" && !path.includes("*"))
      .map(({ path }) => path.replaceAll(/:\w+(\{[^}]*\})?/g, "x")),
  ),
];

/** What tells of an outage as its answer, rather than failing with it. */
const REPORTS = ["/api/self-test"];

beforeAll(async () => {
  await openConnection(testWorld(), {
    eventId: "x",
    organizationId: "x",
    connectedAt: Date.now(),
    grantedScopes: ["event.read", "participants.read", "program.read"],
    askedScopes: ["event.read", "participants.read", "program.read"],
  });
});

/** Asks with the credentials of everybody, so that it is the database that refuses. */
async function ask(accept: string, fault: "error" | "none") {
  const browser = createBrowser();
  await signInOrganizer(browser, "x");
  await signIn(browser, { kind: "participant", subject: "usr_x", eventId: "x", lifetimeMs: 3_600_000 });
  const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
  const database = faultyD1(env.DB);
  database.fault = fault;
  return async (path: string, authorization?: string) => {
    const struck = database.struck;
    const headers = { accept, cookie, ...(authorization === undefined ? {} : { authorization }) };
    const response = await app.fetch(new Request(`${ORIGIN}${path}`, { headers }), {
      ...env,
      DB: database.binding,
    });
    return { response, text: await response.text(), wasStruck: database.struck > struck };
  };
}

const BEARER = `Bearer ${testSettings.OPERATOR_TOKEN}`;

test("while D1 is out, no route answers 500: 503 with when to come again, in the caller's format", async () => {
  const spy = vi.spyOn(console, "log").mockImplementation(() => undefined);
  onTestFinished(() => spy.mockRestore());
  const struck: string[] = [];
  for (const accept of ["text/html", "application/json"]) {
    const get = await ask(accept, "error");
    for (const path of paths) {
      const { response, text, wasStruck } = await get(path, /^\/(api|ops)/.test(path) ? BEARER : undefined);
      expect(response.status, path).not.toBe(500);
      if (!wasStruck || REPORTS.includes(path)) continue;
      expect(response.status, path).toBe(503);
      struck.push(path);
      expect(response.headers.get("retry-after"), path).toBe("5");
      expect(response.headers.get("cache-control"), path).toContain("no-store");
      if (path.startsWith("/api/") || accept === "application/json") {
        expect(JSON.parse(text), path).toMatchObject({ error: "storage_unavailable" });
      } else expect(text, path).toContain("<h1>");
    }
  }
  const areas = (prefix: string) => struck.filter((path) => path.startsWith(prefix)).length;
  expect(areas("/api/")).toBeGreaterThan(15);
  expect(areas("/ops")).toBeGreaterThan(10);
  expect(areas("/organizations")).toBeGreaterThan(2);
});
