import { vi } from "vitest";

/**
 * From now on `Date` stands still until it is moved, in the Worker and in its Durable Objects alike. It starts where
 * the last test of the file left it, never before: alarms that were set must not lie in the past.
 */
let latest = 0;

export function startTime(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  latest = Math.max(latest, performance.timeOrigin + performance.now(), Date.now());
  vi.setSystemTime(latest);
}

export function passTime(ms: number): void {
  latest = Date.now() + ms;
  vi.setSystemTime(latest);
}
