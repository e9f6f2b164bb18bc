import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cronsOf, isDue } from "../../scripts/cron-clock.ts";

test("a cron with a step fires on its minutes only", () => {
  const at = (time: string) => isDue("*/15 * * * *", new Date(`2026-11-21T${time}:00Z`));
  expect(["10:00", "10:15", "10:20", "10:59"].map(at)).toEqual([true, true, false, false]);
});

test("a daily cron fires at its hour and minute, in UTC", () => {
  const at = (time: string) => isDue("41 3 * * *", new Date(`2026-11-21T${time}:00Z`));
  expect(["03:41", "03:42", "04:41"].map(at)).toEqual([true, false, false]);
});

test("a cron that npm start cannot play is refused, not ignored", () => {
  expect(() => isDue("0 0 * * 1", new Date())).toThrow(/only minute and hour/);
});

test("every cron of wrangler.toml can be played by npm start", () => {
  const crons = cronsOf(readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8"));
  expect(crons.length).toBeGreaterThan(0);
  for (const cron of crons) isDue(cron, new Date());
});
