import { expect, test } from "vitest";
import { readText } from "../../src/revento/body.ts";
import { readHeaders } from "../../src/revento/headers.ts";
import {
  authorizeUrl,
  errorCodeOf,
  exchangeRefreshToken,
  type TokenAnswer,
} from "../../src/revento/index.ts";
import { judgeToken } from "../../src/revento/token.ts";

const NONE = { date: null, retryAfterS: null, rateLimit: null };
const tokens = { access_token: "a", refresh_token: "r", expires_in: 60, scope: "event.read program.read" };

const judge = (status: number, body: unknown): TokenAnswer =>
  judgeToken(
    {
      kind: "answer",
      status,
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: NONE,
      durationMs: 5,
    },
    "id",
    1_000,
  );

test("a token answer is read, and what it leaves out has the contract's value", () => {
  expect(judge(200, tokens)).toMatchObject({
    kind: "granted",
    tokens: {
      refreshToken: "r",
      expiresInS: 60,
      refreshExpiresInS: 7_776_000,
      scopes: ["event.read", "program.read"],
      date: 1_000,
    },
  });
  expect(judge(200, { access_token: "a" })).toMatchObject({
    kind: "granted",
    tokens: { refreshToken: null, expiresInS: 3_600, scopes: null, eventId: null },
  });
});

test("what is odd beside the tokens does not cost the tokens", () => {
  const odd = { ...tokens, expires_in: "60", refresh_expires_in: "soon", scope: ["a", "b"], event_id: 7 };
  expect(judge(200, odd)).toMatchObject({
    kind: "granted",
    tokens: {
      accessToken: "a",
      refreshToken: "r",
      expiresInS: 60,
      refreshExpiresInS: 7_776_000,
      scopes: ["a", "b"],
      eventId: null,
    },
  });
});

test("tokens count with any 2xx", () => {
  expect(judge(201, tokens)).toMatchObject({ kind: "granted", tokens: { refreshToken: "r" } });
});

test.each([0, -5, 1e300, null, "", {}])("a lifetime of %j has the contract's value", (expires_in) => {
  const answer = judge(200, { ...tokens, expires_in, refresh_expires_in: expires_in });
  expect(answer).toMatchObject({
    kind: "granted",
    tokens: { expiresInS: 3_600, refreshExpiresInS: 7_776_000 },
  });
});

test.each([
  ["no JSON", 200, "{", "malformed"],
  ["no token", 200, {}, "malformed"],
  ["a redirect", 302, "", "malformed"],
  ["a 5xx", 503, "", "upstream_5xx"],
])("%s leaves open whether anything was rotated", (_, status, body, why) => {
  expect(judge(status, body)).toMatchObject({ kind: "unknown", why });
});

test("a 4xx says that nothing was rotated", () => {
  expect(judge(400, { error: "invalid_grant" })).toMatchObject({ kind: "refused", error: "invalid_grant" });
  expect(judge(429, "busy")).toMatchObject({ kind: "refused", error: "http_429" });
});

test("an error code that is none is not repeated", () => {
  expect(errorCodeOf(400, JSON.stringify({ error: "<script>" }))).toBe("http_400");
  expect(errorCodeOf(401, JSON.stringify({ error: "token_expired" }))).toBe("token_expired");
});

test("Retry-After in seconds or as a date, the limits complete or not at all", () => {
  const date = "Sun, 01 Nov 2026 10:00:00 GMT";
  expect(readHeaders(new Headers({ "retry-after": "7" }))).toMatchObject({ retryAfterS: 7 });
  expect(readHeaders(new Headers({ "retry-after": "Sun, 01 Nov 2026 10:00:30 GMT", date }))).toMatchObject({
    retryAfterS: 30,
    date: Date.UTC(2026, 10, 1, 10),
  });
  expect(readHeaders(new Headers({ "retry-after": "soon" }))).toMatchObject({ retryAfterS: null });
  expect(readHeaders(new Headers({ "x-ratelimit-limit": "500" }))).toMatchObject({ rateLimit: null });
});

test("no Retry-After holds a grant up for longer than an hour", () => {
  const date = "Sun, 01 Nov 2026 10:00:00 GMT";
  for (const value of ["999999999999", "Sun, 01 Nov 2037 10:00:00 GMT"]) {
    expect(readHeaders(new Headers({ "retry-after": value, date }))).toMatchObject({ retryAfterS: 3_600 });
  }
});

test("a body over the limit is not read to its end", async () => {
  expect(await readText(new Response("12345"), 5)).toBe("12345");
  expect(await readText(new Response("123456"), 5)).toBeNull();
  expect(await readText(new Response(null, { status: 204 }), 5)).toBe("");
});

test("the authorization asks with PKCE, for one event", () => {
  const url = new URL(
    authorizeUrl(
      { authUrl: "https://auth.example", clientId: "c" },
      {
        redirectUri: "https://me.example/cb",
        scopes: ["a", "b"],
        state: "s",
        codeChallenge: "x",
        eventId: "evt_1",
      },
    ),
  );
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: "code",
    scope: "a b",
    code_challenge_method: "S256",
    event_id: "evt_1",
  });
});

test("a refresh sends the token in the body and nothing in the address", async () => {
  let sent: Request | undefined;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    sent = new Request(input as RequestInfo, init);
    return Response.json(tokens);
  };
  const client = { authUrl: "https://auth.example", clientId: "c", clientSecret: "s" };
  const answer = await exchangeRefreshToken(
    { fetch: fetch as typeof globalThis.fetch, now: () => 1 },
    client,
    "r0",
  );
  expect(answer.kind).toBe("granted");
  expect(sent?.url).toBe("https://auth.example/oauth/token");
  const form = new URLSearchParams(new TextDecoder().decode(await sent?.arrayBuffer()));
  expect(Object.fromEntries(form)).toEqual({
    grant_type: "refresh_token",
    refresh_token: "r0",
    client_id: "c",
    client_secret: "s",
  });
});
