import { env, exports } from "cloudflare:workers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, expect, test, vi } from "vitest";
import { waitAfter } from "../../src/access/index.ts";
import { createApp } from "../../src/app.ts";
import { openConnection } from "../../src/connections/index.ts";
import { sha256Hex } from "../../src/lib/encoding.ts";
import { createBrowser } from "../support/browser.ts";
import { signIn, signInOrganizer } from "../support/session.ts";
import { testSettings } from "../support/settings.ts";
import { rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const ORIGIN = testSettings.PUBLIC_URL;
const BEARER = { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` };

/** Every route of the app below `/ops` and `/api`, from the app itself: a new one cannot be forgotten. */
const routes = [
  ...new Map(
    createApp()
      .routes.filter(({ path, method }) => /^\/(ops|api)(\/|$)/.test(path) && method !== "ALL")
      .map(({ path, method }) => [`${method} ${path}`, { method, path: path.replaceAll(/:\w+/g, "x") }]),
  ).values(),
];
const PUBLIC = ["/ops/sign-in"];
const guarded = routes.filter(({ path }) => !PUBLIC.includes(path));

const send = (method: string, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(`${ORIGIN}${path}`, { method, headers, redirect: "manual" });

/** What a page of the dashboard shows and a sign-in page does not. */
async function isRefused(response: Response): Promise<boolean> {
  const text = await response.text();
  return [401, 403].includes(response.status) && !text.includes("Sign out") && !text.includes('"data"');
}

beforeAll(async () => {
  await openConnection(testWorld(), {
    eventId: "x",
    organizationId: "x",
    connectedAt: Date.now(),
    grantedScopes: ["event.read"],
    askedScopes: ["event.read"],
  });
});

test("the list of routes is not empty", () => {
  expect(routes.length).toBeGreaterThan(50);
});

test("without credentials and with wrong ones every route is refused", async () => {
  const organizer = createBrowser();
  await signInOrganizer(organizer, "x");
  await signIn(organizer, { kind: "participant", subject: "usr_1", eventId: "x", lifetimeMs: 3_600_000 });
  const foreign = [...organizer.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const renamed = foreign.replaceAll(
    /__Host-revento-(organizer|participant)[\w-]*/g,
    "__Host-revento-operator",
  );
  const attempts: Record<string, string>[] = [
    {},
    { authorization: "Bearer wrong" },
    { authorization: "Basic b3BlcmF0b3I6eA==" },
    { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}x` },
    { cookie: "__Host-revento-operator=forged" },
    { "cf-access-jwt-assertion": "a.b.c" },
    { cookie: foreign },
    { cookie: renamed },
  ];
  const passed: string[] = [];
  for (const headers of attempts) {
    for (const { method, path } of guarded) {
      // From an own page, so that it is the credentials that are refused.
      const response = await send(method, path, { ...headers, origin: ORIGIN });
      if (!(await isRefused(response))) passed.push(`${method} ${path} ${JSON.stringify(headers)}`);
    }
  }
  expect(passed).toEqual([]);
});

test("an expired session is refused", async () => {
  const browser = createBrowser();
  await signIn(browser, { kind: "operator", subject: "operator", lifetimeMs: -1 });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  for (const { method, path } of guarded.filter((route) => route.path.startsWith("/ops"))) {
    const response = await send(method, path, { cookie, origin: ORIGIN });
    expect(await isRefused(response), `${method} ${path}`).toBe(true);
  }
});

async function operatorCookie(): Promise<string> {
  const browser = createBrowser();
  await signIn(browser, { kind: "operator", subject: "operator", lifetimeMs: 60_000 });
  return [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
}

test("a signed-in operator's browser is not made to do anything by another site", async () => {
  const cookie = await operatorCookie();
  const changing = routes.filter(({ method, path }) => method === "POST" && path.startsWith("/ops"));
  expect(changing.length).toBeGreaterThan(8);
  for (const { path } of changing) {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      {},
    ] as Record<string, string>[]) {
      const body = new URLSearchParams({ event_id: "x" });
      const response = await exports.default.fetch(`${ORIGIN}${path}`, {
        method: "POST",
        headers: { cookie, ...headers },
        body,
        redirect: "manual",
      });
      expect(response.status, path).toBe(403);
    }
  }
});

test("an operator's session opens every page, and no script or style stands in them", async () => {
  const cookie = await operatorCookie();
  const pages = guarded.filter(({ method, path }) => method === "GET" && path.startsWith("/ops"));
  for (const { path } of pages) {
    const response = await send("GET", path, { cookie, accept: "text/html" });
    const html = await response.text();
    expect(response.status, path).toBe(200);
    expect(html).toContain("Sign out");
    expect(html).not.toMatch(/<script(?![^>]*src=)|\sstyle=|\son\w+=/);
    const csp = response.headers.get("content-security-policy") ?? "";
    expect(csp).toContain("default-src 'none'");
    expect(csp).not.toContain("unsafe-inline");
  }
});

test("signing in with the operator token opens the dashboard; signing out closes it", async () => {
  const form = (token: string, next = "/ops/keys") =>
    exports.default.fetch(`${ORIGIN}/ops/sign-in`, {
      method: "POST",
      headers: { origin: ORIGIN, "cf-connecting-ip": "192.0.2.7" },
      body: new URLSearchParams({ token, next }),
      redirect: "manual",
    });
  const signedIn = await form(testSettings.OPERATOR_TOKEN);
  expect(signedIn.status).toBe(303);
  expect(signedIn.headers.get("location")).toBe("/ops/keys");
  const [line = ""] = signedIn.headers.getSetCookie();
  expect(line).toMatch(/^__Host-revento-operator=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/);
  const cookie = line.split(";")[0] ?? "";
  expect((await send("GET", "/ops/keys", { cookie })).status).toBe(200);
  expect((await send("POST", "/ops/sign-out", { cookie, origin: ORIGIN })).status).toBe(303);
  expect((await send("GET", "/ops/keys", { cookie })).status).toBe(401);
  const elsewhere = await form(testSettings.OPERATOR_TOKEN, "//evil.example/ops");
  expect(elsewhere.headers.get("location")).toBe("/ops");
});

test("failed sign-ins get slower, also with the right token", async () => {
  const attempt = async (token: string) => {
    const response = await exports.default.fetch(`${ORIGIN}/ops/sign-in`, {
      method: "POST",
      headers: { origin: ORIGIN, "cf-connecting-ip": "192.0.2.8" },
      body: new URLSearchParams({ token }),
      redirect: "manual",
    });
    await response.text();
    return response.status;
  };
  for (let n = 0; n < 5; n++) expect(await attempt("wrong")).toBe(401);
  expect(await attempt(testSettings.OPERATOR_TOKEN)).toBe(429);
  expect([4, 5, 6, 30].map(waitAfter)).toEqual([0, 2000, 4000, 900_000]);
  // Who has a copy of the table cannot try all addresses.
  const kept = await rowsOf<{ address: string }>("SELECT address FROM sign_in_failures");
  expect(kept).toHaveLength(1);
  expect(kept).not.toContainEqual({ address: await sha256Hex("192.0.2.8") });
});

const TEAM = "https://team.cloudflareaccess.test";
// One pair of keys for both tests: the Worker keeps a team's keys, as it should.
const { publicKey, privateKey } = await generateKeyPair("RS256");

async function accessApp() {
  const stranger = await generateKeyPair("RS256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256", use: "sig" }] };
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(jwks));
  const app = createApp();
  const behind = { ...env, ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: "our-audience" };
  const jwt = (
    claims: Record<string, unknown>,
    { aud = "our-audience", iss = TEAM, exp = "5m", own = true } = {},
  ) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "k1" })
      .setIssuer(iss)
      .setAudience(aud)
      .setIssuedAt()
      .setExpirationTime(exp)
      .sign(own ? privateKey : stranger.privateKey);
  const call = async (method: string, path: string, headers: Record<string, string>) =>
    (await app.request(`${ORIGIN}${path}`, { method, headers }, behind)).status;
  return { jwt, call };
}

test("Cloudflare Access: its JWT opens; forged, expired, foreign and unsigned ones do not", async () => {
  const { jwt, call } = await accessApp();
  const header = "cf-access-jwt-assertion";
  const good = await jwt({ sub: "person-1" });
  expect(await call("GET", "/api/connections", { [header]: good })).toBe(200);
  expect(await call("GET", "/api/connections", { cookie: `CF_Authorization=${good}` })).toBe(200);
  expect(await call("GET", "/ops", { [header]: good })).toBe(200);
  const [, payload] = good.split(".");
  const none = `${btoa('{"alg":"none"}').replaceAll("=", "")}.${payload}.`;
  for (const bad of [
    await jwt({ sub: "person-1" }, { own: false }),
    await jwt({ sub: "person-1" }, { aud: "another-audience" }),
    await jwt({ sub: "person-1" }, { iss: "https://other.cloudflareaccess.test" }),
    await jwt({ sub: "person-1" }, { exp: "-1m" }),
    await jwt({}),
    none,
    "nonsense",
  ]) {
    expect(await call("GET", "/api/connections", { [header]: bad })).toBe(401);
    expect(await call("GET", "/ops", { [header]: bad })).toBe(401);
  }
});

test("an Access JWT that has expired, or is forged, opens no route at all, by header or cookie", async () => {
  const { jwt, call } = await accessApp();
  const expired = await jwt({ sub: "person-1" }, { exp: "-1m" });
  const others = [
    await jwt({ sub: "person-1" }, { own: false }),
    await jwt({ sub: "person-1" }, { aud: "another-audience" }),
  ];
  const attempts: Record<string, string>[] = [
    { "cf-access-jwt-assertion": expired },
    { cookie: `CF_Authorization=${expired}` },
    ...others.map((token) => ({ "cf-access-jwt-assertion": token })),
  ];
  const passed: string[] = [];
  for (const { method, path } of guarded) {
    for (const headers of attempts) {
      const status = await call(method, path, { ...headers, origin: ORIGIN });
      if (status !== 401) passed.push(`${method} ${path} ${status}`);
    }
  }
  expect(passed).toEqual([]);
});

test("an operator's session, live or expired, is no credential of the API", async () => {
  const browser = createBrowser();
  await signIn(browser, { kind: "operator", subject: "operator", lifetimeMs: -1 });
  const expired = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const passed: string[] = [];
  for (const cookie of [await operatorCookie(), expired]) {
    for (const { method, path } of guarded.filter((route) => route.path.startsWith("/api"))) {
      const { status } = await send(method, path, { cookie, origin: ORIGIN });
      if (status !== 401) passed.push(`${method} ${path} ${status}`);
    }
  }
  expect(passed).toEqual([]);
});

test("signed in by Access, the API changes nothing for another site; a service token is no browser", async () => {
  const { jwt, call } = await accessApp();
  const cookie = `CF_Authorization=${await jwt({ sub: "person-1" })}`;
  const path = "/api/connections/x/x/reconcile";
  expect(await call("POST", path, { cookie, origin: "https://evil.example" })).toBe(403);
  expect(await call("POST", path, { cookie, "content-type": "application/json" })).toBe(403);
  expect(await call("DELETE", "/api/connections/x/x/check-ins/p", { cookie })).toBe(403);
  expect(await call("POST", path, { cookie, origin: ORIGIN })).toBe(202);
  const service = await jwt({ sub: "", common_name: "ci.access" });
  expect(await call("POST", path, { "cf-access-jwt-assertion": service })).toBe(202);
});

test("the operator token as a bearer needs no origin", async () => {
  expect((await send("POST", "/api/connections/x/x/probe", BEARER)).status).toBe(202);
});
