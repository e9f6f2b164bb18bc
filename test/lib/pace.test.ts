import { expect, test } from "vitest";
import { paceOf } from "../../src/lib/pace.ts";

test("a walk tells how fast it goes, and how long it takes where the last one told how much there is", () => {
  expect(paceOf(500, 2_000, 30_000)).toEqual({ rowsPerMinute: 1_000, secondsLeft: 90 });
  expect(paceOf(500, null, 30_000)).toEqual({ rowsPerMinute: 1_000, secondsLeft: null });
});

test("more rows than the last time are no time below zero, and none yet is no division by zero", () => {
  expect(paceOf(2_100, 2_000, 60_000)).toEqual({ rowsPerMinute: 2_100, secondsLeft: 0 });
  expect(paceOf(0, 2_000, 60_000)).toEqual({ rowsPerMinute: 0, secondsLeft: null });
  expect(paceOf(50, 2_000, 999)).toBeNull();
});
