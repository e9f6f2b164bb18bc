import type { AlertRule } from "../alert-rules.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** Minutes since midnight of `HH:MM`. */
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * When the quiet hours that `now` falls into end (epoch ms), or null outside of them. Hours are wall time of their
 * zone; a change of the clocks within a night moves the end by that hour.
 */
export function quietUntil(quiet: AlertRule["quiet_hours"], now: number): number | null {
  if (quiet === undefined) return null;
  const wall = new Intl.DateTimeFormat("en-GB", {
    timeZone: quiet.time_zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(now);
  const [from, to, at] = [quiet.from, quiet.to, wall].map(minutesOf) as [number, number, number];
  const isQuiet = from <= to ? from <= at && at < to : at >= from || at < to;
  if (!isQuiet) return null;
  const minutes = (to - at + DAY_MINUTES) % DAY_MINUTES;
  return (Math.floor(now / MINUTE_MS) + minutes) * MINUTE_MS;
}

/** The quiet hours of a rule in words, for the operator. */
export function quietHoursOf({ quiet_hours: quiet }: Pick<AlertRule, "quiet_hours">, now: number): string {
  if (quiet === undefined) return "none";
  const until = quietUntil(quiet, now);
  const state = until === null ? "" : `, now, until ${new Date(until).toISOString().slice(11, 16)} UTC`;
  return `${quiet.from}–${quiet.to} ${quiet.time_zone}${state}`;
}
