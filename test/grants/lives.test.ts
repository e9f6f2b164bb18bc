import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ofUser } from "../../src/grants/identity.ts";
import { endUserGrant, revento, reventoAsUser } from "../../src/grants/index.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { connectGrant, later, signIn, testWorld, until, withCustody } from "../support/grants.ts";
import { startTime } from "../support/time.ts";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

/** Holds the first calls of the API back; they are answered with the status given once they are let go. */
function holdCalls(emulator: TestEmulator, count: number, status: number, error: string) {
  const tokens: (string | null)[] = [];
  let isLetGo = false;
  emulator.intercept = async ({ url, headers }) => {
    if (!url.includes("/api/")) return undefined;
    tokens.push(headers.get("authorization"));
    if (tokens.length > count) return undefined;
    while (!isLetGo) await later(10);
    return Response.json({ error, message: "", request_id: "" }, { status });
  };
  return {
    /** The tokens presented so far, in order. */
    tokens,
    letGo: () => {
      isLetGo = true;
    },
  };
}

test("a late refusal of the token of a person who signed out and in again does not end the new sign-in", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  const user = await signIn(emulator);
  const calls = holdCalls(emulator, 1, 401, "token_revoked");
  const late = reventoAsUser(testWorld(), user).profile();
  await until(() => calls.tokens.length === 1);
  await endUserGrant(testWorld(), user);
  expect(await signIn(emulator)).toEqual(user);
  calls.letGo();
  expect(await late).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
  expect(await withCustody(ofUser(user), ({ state }) => state.held)).not.toBeNull();
  expect(await reventoAsUser(testWorld(), user).profile()).toMatchObject({ ok: true });
});

test("a call that waits for its turn while the organizer connects again leaves with the new token", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const calls = holdCalls(emulator, 5, 401, "token_revoked");
  const call = () => revento(testWorld(), opened, "interactive").event();
  const before = Array.from({ length: 5 }, call);
  await until(() => calls.tokens.length === 5);
  const waiting = call();
  await later(100);
  const again = await connectGrant(emulator);
  calls.letGo();
  expect(await waiting).toMatchObject({ ok: true });
  await Promise.all(before);
  expect(calls.tokens[5]).not.toBe(calls.tokens[0]);
  expect(await withCustody(opened, ({ state }) => state.held?.generation)).toBe(again.generation);
});

test("a job of the earlier life that waits for its turn meanwhile makes no call in the new one", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const calls = holdCalls(emulator, 5, 401, "token_revoked");
  const before = Array.from({ length: 5 }, () => revento(testWorld(), opened, "interactive").event());
  await until(() => calls.tokens.length === 5);
  const job = revento(testWorld(), opened, "interactive", opened.generation).event();
  await later(100);
  await connectGrant(emulator);
  calls.letGo();
  expect(await job).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
  await Promise.all(before);
  expect(calls.tokens).toHaveLength(5);
  expect(await revento(testWorld(), opened, "interactive").event()).toMatchObject({ ok: true });
});

test("a job of the earlier life whose call failed meanwhile is not tried again in the new one", async () => {
  const emulator = startEmulator();
  const opened = await connectGrant(emulator);
  const calls = holdCalls(emulator, 1, 500, "internal_error");
  const job = revento(testWorld(), opened, "sync", opened.generation).event();
  await until(() => calls.tokens.length === 1);
  await connectGrant(emulator);
  calls.letGo();
  expect(await job).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
  expect(calls.tokens).toHaveLength(1);
});

test("a call that waits for its turn while the person signs out does not leave", async () => {
  const emulator = startEmulator();
  await connectGrant(emulator);
  const user = await signIn(emulator);
  const calls = holdCalls(emulator, 5, 401, "token_revoked");
  const call = () => reventoAsUser(testWorld(), user).profile();
  const before = Array.from({ length: 5 }, call);
  await until(() => calls.tokens.length === 5);
  const waiting = call();
  await later(100);
  await endUserGrant(testWorld(), user);
  calls.letGo();
  expect(await waiting).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
  await Promise.all(before);
  expect(calls.tokens).toHaveLength(5);
});
