import { expect, test } from "vitest";
import {
  type BudgetState,
  type CallEnd,
  earliest,
  FULL_BUDGET,
  giveBack,
  INSTALLATION_LIMITS,
  take,
} from "../../src/grants/budget.ts";

const NOW = 1_000_000;
const OK: CallEnd = { status: 200, error: null, headers: null };
const CROWDED: CallEnd = { status: 429, error: "concurrent_limit_exceeded", headers: null };

const limited = (retryAfterS: number): CallEnd => ({
  status: 429,
  error: "rate_limit_exceeded",
  headers: { date: null, retryAfterS, rateLimit: null },
});

/** Calls that leave together and are answered one after the other, 10 ms apart. */
function together(state: BudgetState, ends: readonly CallEnd[], now: number): BudgetState {
  const leases = ends.map((end) => {
    const taken = take(state, now);
    state = taken.state;
    return { lease: taken.lease, end };
  });
  return leases.reduce(
    (budget, { lease, end }, index) =>
      giveBack(budget, INSTALLATION_LIMITS, lease, end, now + index * 10, 0.5),
    state,
  );
}

const pauseAfter = (state: BudgetState, now: number): number =>
  earliest(state, INSTALLATION_LIMITS, "interactive", now) - now;

test("a call refused for too many at once shortens no pause that Revento asked for", () => {
  const state = together(FULL_BUDGET, [limited(60), CROWDED], NOW);
  expect(pauseAfter(state, NOW)).toBeGreaterThanOrEqual(60_000);
});

test("each refusal for too many at once after a pause makes the next one longer, and an answer ends that", () => {
  let [state, now] = [FULL_BUDGET, NOW];
  const pauses = Array.from({ length: 10 }, () => {
    state = together(state, [CROWDED], now);
    const pause = pauseAfter(state, now);
    now += pause;
    return pause;
  });
  expect(pauses.slice(0, 4)).toEqual([500, 3_000, 5_000, 9_000]);
  expect(pauses.at(-1)).toBe(151_000);
  state = together(state, [OK], now);
  expect(pauseAfter(together(state, [CROWDED], now), now)).toBe(500);
});

test("five calls that left together and were all refused for too many at once count as one", () => {
  const state = together(FULL_BUDGET, [CROWDED, CROWDED, CROWDED, CROWDED, CROWDED], NOW);
  expect(state.strikes).toBe(1);
  expect(pauseAfter(state, NOW + 40)).toBeLessThanOrEqual(1_000);
});
