import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import type { CallResult } from "../../src/grants/client.ts";
import { ofConnection } from "../../src/grants/identity.ts";
import { revento } from "../../src/grants/index.ts";
import { STEPS, type Step } from "../../src/grants/steps.ts";
import { callUntilSettled, crashAt } from "../support/crash.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { connectGrant, testWorld } from "../support/grants.ts";
import { passTime, startTime } from "../support/time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Every way in which the server may treat the previous refresh token. */
const MODES = {
  strict: { refresh_mode: "strict" },
  "grace of 30 s": { refresh_mode: "grace-seconds", refresh_grace_seconds: 30 },
  "grace of 10 min": { refresh_mode: "grace-seconds", refresh_grace_seconds: 600 },
  "grace until used": { refresh_mode: "grace-until-used" },
  "no rotation": { refresh_mode: "omit-refresh-token" },
} as const;
type Mode = keyof typeof MODES;

/** Grace that outlives our patience saves whatever was lost. */
const isForgiving = (mode: Mode): boolean => mode !== "strict" && mode !== "grace of 30 s";

type Outcome = "works" | "lost_rotation";

/** What is left after a crash at a step: only an answer that was written nowhere is lost, and only with a strict server. */
const afterCrash = (step: Step, mode: Mode): Outcome =>
  isForgiving(mode) || !["exchange_answered", "pair_sealed"].includes(step) ? "works" : "lost_rotation";

beforeEach(startTime);
afterEach(() => {
  vi.useRealTimers();
});

function play(mode: Mode): TestEmulator {
  const emulator = startEmulator();
  Object.assign(emulator.settings, MODES[mode]);
  return emulator;
}

const outcomeOf = (result: CallResult<unknown>): string => {
  if (result.ok) return "works";
  return result.failure.kind === "not_connected" ? String(result.failure.reason) : result.failure.kind;
};

const cases = (Object.keys(MODES) as Mode[]).flatMap((mode) => STEPS.map((step) => ({ mode, step })));

test.each(cases)("a crash at $step, server: $mode", async ({ mode, step }) => {
  const emulator = play(mode);
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  const call = () => revento(testWorld(), opened, "interactive").event();
  await crashAt(ofConnection(opened), step, call);
  const outcome = outcomeOf(await callUntilSettled(call));
  expect(outcome).toBe(afterCrash(step, mode));
  const connection = await findConnection(testWorld(), opened);
  if (outcome === "works") {
    expect(connection).toMatchObject({ status: "active", reason: null });
    passTime(HOUR_MS);
    expect(outcomeOf(await callUntilSettled(call))).toBe("works");
  } else expect(connection).toMatchObject({ status: "reconnect_required", reason: "lost_rotation" });
});

const FAULTS = {
  "the answer is dropped": { kind: "close", params: { work: "after" } },
  "the request is dropped": { kind: "close", params: { work: "before" } },
  "500 before the work": { kind: "error", params: { work: "before" } },
  "500 after the work": { kind: "error", params: { work: "after" } },
  "an answer that is not JSON": { kind: "malformed_json" },
  "half an answer": { kind: "truncated_body" },
} as const;
const isHarmless = (fault: keyof typeof FAULTS): boolean =>
  fault === "the request is dropped" || fault === "500 before the work";

const faultCases = (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).flatMap((fault) =>
  (Object.keys(MODES) as Mode[]).map((mode) => ({ fault, mode })),
);

test.each(faultCases)("$fault, server: $mode", async ({ fault, mode }) => {
  const emulator = play(mode);
  const opened = await connectGrant(emulator);
  passTime(HOUR_MS);
  emulator.faults.add({ ...FAULTS[fault], match: { endpoint: "refresh" }, count: 1 });
  const call = () => revento(testWorld(), opened, "interactive").event();
  const outcome = outcomeOf(await callUntilSettled(call));
  expect(outcome).toBe(isHarmless(fault) || isForgiving(mode) ? "works" : "lost_rotation");
});
