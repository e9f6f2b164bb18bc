import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { installUserGrant, revento, reventoAsUser, sweepCalls } from "../../src/grants/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { connectGrant, consent, signIn, testWorld, USER_SCOPES } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

interface Row {
  readonly request_id: string;
  readonly path: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly attempt: number;
}

async function recordsOf(connectionId: string, path = "/events/"): Promise<readonly Row[]> {
  const { results } = await env.DB.prepare(
    "SELECT * FROM calls WHERE connection_id = ? AND path LIKE ? ORDER BY at, attempt",
  )
    .bind(connectionId, `${path}%`)
    .all<Row>();
  return results;
}

test("every call carries the version, a token and a fresh request id, and leaves a record without its query", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const seen: Headers[] = [];
  emulator.intercept = (request) => {
    if (request.url.includes("/api/")) seen.push(request.headers);
    return undefined;
  };
  const first = await revento(testWorld(), opened, "interactive").participants({ limit: 5, cursor: null });
  const second = await revento(testWorld(), opened, "interactive").participants({ limit: 5 });
  expect(first).toMatchObject({ ok: true });
  expect(seen.map((headers) => headers.get("accept"))).toEqual(
    Array(2).fill("application/vnd.revento.v1+json"),
  );
  const ids = seen.map((headers) => headers.get("x-revento-request-id"));
  expect(new Set(ids).size).toBe(2);
  const records = await recordsOf(opened.connectionId);
  expect(records.map(({ request_id }) => request_id).toSorted()).toEqual(ids.toSorted());
  for (const { path } of records) expect(path).toBe(`/events/${opened.eventId}/participants`);
  if (first.ok && second.ok) expect(second.requestId).not.toBe(first.requestId);
});

test("a 5xx is tried again, each time under another request id", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.faults.add({ kind: "error", match: { endpoint: "api" }, count: 2 });
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  const records = await recordsOf(opened.connectionId);
  expect(records.map(({ status, attempt }) => [status, attempt])).toEqual([
    [500, 1],
    [500, 2],
    [200, 3],
  ]);
  expect(new Set(records.map(({ request_id }) => request_id)).size).toBe(3);
});

test("a broken road is given up after three tries, and said so with the request id", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.faults.add({ kind: "close", match: { endpoint: "api" }, count: null });
  const result = await revento(testWorld(), opened, "interactive").event();
  expect(result).toMatchObject({
    ok: false,
    failure: { kind: "revento_unavailable", requestId: expect.any(String) },
  });
  expect(await recordsOf(opened.connectionId)).toHaveLength(3);
});

test("an answer that does not fit is malformed, with the request id, and no crash", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  for (const fault of [
    { kind: "malformed_json" },
    { kind: "missing_fields", params: { fields: ["data"] } },
  ]) {
    emulator.faults.add({ ...fault, match: { endpoint: "participants" }, count: 1 });
    const result = await revento(testWorld(), opened, "interactive").participants();
    expect(result).toMatchObject({ ok: false, failure: { kind: "revento_malformed" } });
  }
  expect((await recordsOf(opened.connectionId)).map(({ error }) => error)).toEqual([
    "malformed",
    "malformed",
  ]);
});

test("unknown fields are kept, unknown enum values and nulls pass", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.faults.add({ kind: "unknown_enum", match: { endpoint: "participants" }, count: null });
  emulator.faults.add({ kind: "null_fields", match: { endpoint: "participants" }, count: null });
  const page = await revento(testWorld(), opened, "interactive").participants({ limit: 1 });
  expect(page).toMatchObject({
    ok: true,
    value: { data: [{ application_status: "something_new", email: null, role_id: expect.any(String) }] },
  });
});

test("a scope that was not granted is refused before any call", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator, { withoutScopes: ["program.read"] });
  const before = emulator.requests.length;
  const result = await revento(testWorld(), opened, "interactive").activities();
  expect(result).toEqual({ ok: false, failure: { kind: "missing_scope", scope: "program.read" } });
  expect(emulator.requests.length).toBe(before);
});

test.each(["event_not_authorized", "user_token_required", "installation_token_required"])(
  "403 %s is a bug of ours: never tried again",
  async (error) => {
    const emulator = startEmulator();
    const opened = await connectGrant(emulator);
    emulator.intercept = (request) =>
      request.url.includes("/api/")
        ? Response.json({ error, message: "", request_id: "" }, { status: 403 })
        : undefined;
    const result = await revento(testWorld(), opened, "interactive").event();
    expect(result).toMatchObject({ ok: false, failure: { kind: "revento_refused", status: 403, error } });
    expect(await recordsOf(opened.connectionId)).toHaveLength(1);
  },
);

test("a 404 is gone, and tried once", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.intercept = (request) =>
    request.url.includes("/api/") ? Response.json({ error: "not_found" }, { status: 404 }) : undefined;
  const result = await revento(testWorld(), opened, "interactive").event();
  expect(result).toMatchObject({ ok: false, failure: { kind: "not_found" } });
  expect(await recordsOf(opened.connectionId)).toHaveLength(1);
});

test("a 429 silences the whole grant for as long as it says, and longer each time", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.faults.add({
    kind: "rate_limit",
    match: { endpoint: "api" },
    count: 2,
    params: { retry_after: 20 },
  });
  const call = () => revento(testWorld(), opened, "interactive").event();
  const waits: number[] = [];
  for (let round = 0; round < 4; round++) {
    const result = await call();
    if (result.ok) break;
    if (result.failure.kind !== "throttled") throw new Error(result.failure.kind);
    waits.push(result.failure.retryInS);
    const before = emulator.requests.length;
    expect(await revento(testWorld(), opened, "sync").participants()).toMatchObject({ ok: false });
    expect(emulator.requests.length).toBe(before);
    passTime(result.failure.retryInS * 1_000);
  }
  expect(waits).toHaveLength(2);
  expect(waits[0]).toBeGreaterThanOrEqual(20);
  expect(waits[0]).toBeLessThanOrEqual(22);
  expect(waits[1]).toBeGreaterThan(20);
  expect(await call()).toMatchObject({ ok: true });
});

test("concurrent_limit_exceeded waits for its turn, and is served", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  emulator.faults.add({ kind: "concurrent_limit", match: { endpoint: "api" }, count: 1 });
  // Time passes for real here: the gate's short pause is measured by it.
  vi.useRealTimers();
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
  const errors = (await recordsOf(opened.connectionId)).map(({ error }) => error);
  expect(errors).toEqual(["concurrent_limit_exceeded", null]);
});

test("a token answer without user_id: the profile tells whose it is", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  emulator.settings.user_id_in_token = false;
  const installed = await installUserGrant(testWorld(), await consent(emulator, USER_SCOPES));
  if (!installed.ok) throw new Error("not installed");
  expect(installed.value.userId).toMatch(/^usr_/);
  expect(await reventoAsUser(testWorld(), installed.value).profile()).toMatchObject({ ok: true });
});

test("a person's grant may use 20 calls a minute", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  const user = await signIn(emulator);
  const results = await Promise.all(
    Array.from({ length: 25 }, () => reventoAsUser(testWorld(), user).profile()),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(20);
  expect(results.filter((result) => !result.ok && result.failure.kind === "throttled")).toHaveLength(5);
});

test("records are kept for 14 days", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  await revento(testWorld(), opened, "interactive").event();
  passTime(15 * 86_400_000);
  await revento(testWorld(), opened, "interactive").event();
  const old = (await recordsOf(opened.connectionId)).length;
  expect(old).toBe(1);
  await sweepCalls(testWorld());
  expect(await recordsOf(opened.connectionId)).toHaveLength(1);
});
