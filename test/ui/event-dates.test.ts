import { expect, test } from "vitest";
import { readEventFacts } from "../../src/db/event-facts.ts";
import { eventDates } from "../../src/ui/event-dates.ts";
import { wordsFor } from "../../src/ui/words.ts";

const datesOf = (event: object, readersZone: string): string =>
  eventDates(wordsFor("en", readersZone), readEventFacts(JSON.stringify(event))).replace(/\s*–\s*/u, "–");

test.each(["America/Los_Angeles", "UTC", "Europe/Warsaw", "Pacific/Auckland"])(
  "an event's days are the ones that Revento tells, also for a reader in %s",
  (zone) => {
    const days = { start_date: "2026-12-01", end_date: "2026-12-03" };
    expect(datesOf(days, zone)).toBe("1–3 December 2026");
    expect(datesOf({ ...days, timezone: "America/New_York" }, zone)).toBe("1–3 December 2026");
  },
);

test("moments are shown in the zone of the event's place, else in the reader's", () => {
  const moments = { start_date: "2026-12-01T23:30:00Z", end_date: "2026-12-03T23:30:00Z" };
  expect(datesOf(moments, "UTC")).toBe("1–3 December 2026");
  expect(datesOf(moments, "Europe/Warsaw")).toBe("2–4 December 2026");
  expect(datesOf({ ...moments, timezone: "Europe/Warsaw" }, "UTC")).toBe("2–4 December 2026");
});

test("one end may be missing, and a date that cannot be read shows nothing", () => {
  expect(datesOf({ start_date: "2026-12-01" }, "America/Los_Angeles")).toBe("1 December 2026");
  expect(datesOf({ start_date: "soon" }, "UTC")).toBe("");
});
