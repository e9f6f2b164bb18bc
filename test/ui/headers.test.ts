import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { deliver, envelope } from "../support/webhooks.ts";

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(`https://integration.test${path}`, {
    headers: { accept: "text/html", ...headers },
    redirect: "manual",
  });

const ROUTES = [
  "/",
  "/connect",
  "/connect/callback",
  "/organizations/org_1",
  "/organizations/org_1/events/evt_1/attendance",
  "/organizations/org_1/events/evt_1/attendance/wall",
  "/organizations/org_1/events/evt_1/attendance.csv",
  "/organizations/org_1/events/evt_1/reconnect",
  "/door/key",
  "/door/key/guests.json",
  "/login",
  "/login/callback",
  "/me",
  "/me/events/evt_1",
  "/ops",
  "/api/connections",
  "/api/openapi.json",
  "/webhooks/revento",
  "/healthz",
  "/no-such-page",
];

/** And every other GET of the app, from the app itself: a new one cannot be forgotten. */
const ALL = createApp()
  .routes.filter(({ method, path }) => method === "GET" && !path.includes("*"))
  .map(({ path }) => path.replaceAll(/:\w+(\{[^}]*\})?/g, "x"));

test.each([...new Set([...ROUTES, ...ALL])])("%s carries the security headers", async (path) => {
  const { headers } = await get(path);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  expect(headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(headers.get("referrer-policy")).toBe("same-origin");
  expect(headers.get("permissions-policy")).toContain("microphone=()");
  const isDesk = /^\/(door\/\w+|organizations\/.*\/attendance)$/.test(path);
  expect(headers.get("permissions-policy")).toContain(isDesk ? "camera=(self)" : "camera=()");
});

test("an acknowledged delivery carries the headers that mean something for JSON, each time", async () => {
  const body = JSON.stringify(envelope({ type: "application.approved" }));
  for (let time = 0; time < 3; time++) {
    const response = await deliver(body);
    expect(await response.json()).toEqual({ status: "accepted" });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "content-type": "application/json",
      "strict-transport-security": expect.stringMatching(/max-age=\d{8}/),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  }
});

test("a refused delivery carries the security headers", async () => {
  const response = await deliver("{}", { "X-Revento-Signature": "sha256=00" });
  expect(response.status).toBe(401);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
});

test("an unknown page says what to do and gives a request id, in the reader's language", async () => {
  const response = await get("/no-such-page", { "accept-language": "pl-PL,pl;q=0.9,en;q=0.5" });
  const text = await response.text();
  expect(response.status).toBe(404);
  expect(text).toContain('<html lang="pl">');
  expect(text).toContain("Tu niczego nie ma");
  expect(text).toMatch(/<code>[0-9a-f-]{36}<\/code>/);
});

test("a program is told in JSON", async () => {
  const response = await exports.default.fetch("https://integration.test/no-such-page");
  expect(await response.json()).toMatchObject({ error: "not_found", request_id: expect.any(String) });
});

test("a chosen language is remembered and wins over the browser's", async () => {
  const chosen = await get("/?lang=pl", { "accept-language": "en" });
  const cookie = (chosen.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  expect(cookie).toMatch(/^__Host-/);
  expect(await chosen.text()).toContain('lang="pl"');
  expect(await (await get("/", { cookie, "accept-language": "en" })).text()).toContain('<html lang="pl">');
});

test("a form that another site sends is refused", async () => {
  const response = await exports.default.fetch("https://integration.test/logout", {
    method: "POST",
    headers: {
      origin: "https://elsewhere.test",
      "sec-fetch-site": "cross-site",
      "content-type": "application/x-www-form-urlencoded",
    },
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    error: "forbidden",
    message: expect.stringContaining("another site"),
  });
});
