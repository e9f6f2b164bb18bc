import type { World } from "../world.ts";
import { openContext, type Run } from "./context.ts";
import { GiveUp, RetryLater, ReventoFailure, TimeLimitExceeded } from "./errors.ts";
import { LONGEST_ASKED_MS, MAX_ATTEMPTS, type Outcome, retryDelayMs } from "./policy.ts";
import { toEvent } from "./row.ts";
import { findSubject, type Subject } from "./subject.ts";

type Failed = Extract<Outcome, { kind: "dead" | "retry" }>;

const INTERRUPTED = "interrupted each time";

/** Runs one handler for one row, within its time limit. Never throws: whatever the handler does becomes an outcome. */
export async function runRow(world: World, run: Omit<Run, "signal">): Promise<Outcome> {
  const { handler, row } = run;
  if (row.attempts >= MAX_ATTEMPTS) return { kind: "dead", error: INTERRUPTED, errorName: INTERRUPTED };
  const limit = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overTime = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new TimeLimitExceeded(`over its limit of ${handler.timeLimitMs / 1000} s`);
      limit.abort(error);
      reject(error);
    }, handler.timeLimitMs);
  });
  try {
    const ctx = openContext(world, { ...run, signal: limit.signal });
    await Promise.race([Promise.resolve(handler.handle(toEvent(row), ctx)), overTime]);
    return { kind: "done" };
  } catch (error) {
    const outcome = judge(error, row.attempts + 1);
    return (await isConsentedAnew(world, run.connection, error)) ? againFor(outcome) : outcome;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether Revento was asked for a generation that is over, while the connection goes on: somebody signed in again. */
async function isConsentedAnew(world: World, connection: Subject, error: unknown): Promise<boolean> {
  if (!(error instanceof ReventoFailure) || error.failure.kind !== "not_connected") return false;
  const now = await findSubject(world, connection.id).catch(() => null);
  return now?.status === "active" && now.generation > connection.generation;
}

const AGAIN_MS = 1_000;

/** The next run asks for the generation of then. */
const againFor = ({ error, errorName }: Failed): Failed => ({
  kind: "retry",
  inMs: AGAIN_MS,
  error,
  errorName,
  isFree: true,
});

/** What a throw means. `attempts` counts this one. */
export function judge(error: unknown, attempts: number, random: () => number = Math.random): Failed {
  const told = describeError(error);
  if (error instanceof GiveUp) return { kind: "dead", ...told };
  if (error instanceof RetryLater) {
    return { kind: "retry", inMs: askedPauseMs(error.inS, attempts, random), ...told, isFree: false };
  }
  if (error instanceof ReventoFailure) {
    const { failure } = error;
    if (failure.kind === "throttled") {
      return { kind: "retry", inMs: Math.max(1, failure.retryInS) * 1000, ...told, isFree: true };
    }
    if (failure.kind === "missing_scope" || failure.kind === "not_connected")
      return { kind: "dead", ...told };
  }
  const isOverTime = error instanceof TimeLimitExceeded;
  if (attempts >= MAX_ATTEMPTS) return { kind: "dead", ...told, isOverTime };
  return { kind: "retry", inMs: retryDelayMs(attempts, random), ...told, isFree: false, isOverTime };
}

/** The pause that a handler asks for; the usual one where that is no number of seconds, as of a header read wrong. */
function askedPauseMs(inS: number, attempts: number, random: () => number): number {
  const isPause = Number.isFinite(inS) && inS >= 0;
  return isPause ? Math.min(LONGEST_ASKED_MS, Math.max(1, inS) * 1000) : retryDelayMs(attempts, random);
}

const MAX_ERROR_LENGTH = 300;

/** Name and message of an error, for the operator; and the name alone, where it is one. */
function describeError(error: unknown): { readonly error: string; readonly errorName: string } {
  if (!(error instanceof Error)) {
    return { error: String(error).slice(0, MAX_ERROR_LENGTH), errorName: typeof error };
  }
  const { name, message } = error;
  const errorName = /^\w{1,60}$/.test(name) ? name : "Error";
  return { error: `${name}: ${message}`.slice(0, MAX_ERROR_LENGTH), errorName };
}
