import type { Config } from "./options.ts";
import type { Settings } from "./settings.ts";

/**
 * Two clocks in one. `now()` rules lifetimes, rate windows, retries and resets and can be moved ahead.
 * `wall()` is what Revento writes into answers (`Date`, `occurred_at`, `X-Revento-Timestamp`): real time,
 * unless a setting lets it follow the first one or skews it.
 */
export class Clock {
  #config: Config;
  #settings: Settings;
  #ahead = 0;

  constructor(config: Config, settings: Settings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** The emulator's time in ms. */
  now(): number {
    return this.#config.now() + this.#ahead;
  }

  /** How far the emulator's time is ahead of the real one, in ms. */
  get ahead(): number {
    return this.#ahead;
  }

  /** Moves ahead to a point in the emulator's time; never back. */
  jumpTo(time: number): void {
    this.#ahead += Math.max(0, time - this.now());
  }

  /** Back to real time, as in a fresh emulator. */
  restart(): void {
    this.#ahead = 0;
  }

  /** Revento's visible time in ms. */
  wall(): number {
    const follow = this.#settings.stamps === "virtual" ? this.#ahead : 0;
    return this.#config.now() + follow + this.#settings.skew_ms;
  }

  /** A point of the emulator's time, as it looks on Revento's visible clock. */
  wallAt(time: number): number {
    return this.wall() + (time - this.now());
  }

  /** Revento's visible time as ISO 8601 UTC. */
  stamp(): string {
    return new Date(this.wall()).toISOString();
  }
}

/** The first Monday 02:00 UTC after a time: when the sandbox resets. */
export function nextMondayReset(after: number): number {
  const date = new Date(after);
  date.setUTCHours(2, 0, 0, 0);
  date.setUTCDate(date.getUTCDate() + ((8 - date.getUTCDay()) % 7));
  if (date.getTime() <= after) date.setUTCDate(date.getUTCDate() + 7);
  return date.getTime();
}
