import type { TokenKind } from "../oauth/scopes.ts";
import type { Settings } from "../settings.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The contract's limits (§4). */
export const LIMITS: Record<TokenKind, { hour: number; minute: number; inFlight: number }> = {
  installation: { hour: 500, minute: 30, inFlight: 5 },
  user: { hour: 200, minute: 20, inFlight: 5 },
};

export interface Reading {
  limit: number;
  remaining: number;
  /** When a place becomes free, in the emulator's time. */
  resets_at: number;
}

export type Admission =
  | { is: "admitted" }
  | { is: "rate_limit_exceeded"; retryAfterS: number }
  | { is: "concurrent_limit_exceeded" };

/** Counts the calls of one grant in two rolling windows, and those that are under way. */
export class Meter {
  readonly kind: TokenKind;
  /** Times of counted calls, oldest first, none older than an hour. */
  #calls: number[] = [];
  inFlight = 0;
  refused = 0;

  constructor(kind: TokenKind) {
    this.kind = kind;
  }

  /** Lets a call in, or says which limit it hit. A call stops counting exactly when its window has passed. */
  admit(now: number, settings: Settings): Admission {
    const limits = LIMITS[this.kind];
    if (settings.rate_limits) {
      if (this.inFlight >= limits.inFlight)
        return this.#refuse(now, settings, { is: "concurrent_limit_exceeded" });
      const hour = this.read(now, "hour");
      const minute = this.read(now, "minute");
      const waits = [hour, minute]
        .filter((window) => window.remaining === 0)
        .map((window) => window.resets_at - now);
      if (waits.length > 0) {
        const retryAfterS = Math.max(1, Math.ceil(Math.max(...waits) / 1000));
        return this.#refuse(now, settings, { is: "rate_limit_exceeded", retryAfterS });
      }
    }
    this.#calls.push(now);
    this.inFlight++;
    return { is: "admitted" };
  }

  release(): void {
    this.inFlight--;
  }

  read(now: number, window: "hour" | "minute"): Reading {
    const length = window === "hour" ? HOUR_MS : MINUTE_MS;
    const limit = LIMITS[this.kind][window];
    this.#forget(now - HOUR_MS);
    const from = this.#calls.findIndex((time) => time > now - length);
    const used = from === -1 ? 0 : this.#calls.length - from;
    const oldest = from === -1 ? undefined : this.#calls[Math.max(from, this.#calls.length - limit)];
    return { limit, remaining: Math.max(0, limit - used), resets_at: (oldest ?? now) + length };
  }

  #refuse(now: number, settings: Settings, admission: Admission): Admission {
    this.refused++;
    if (settings.count_refused_calls) this.#calls.push(now);
    return admission;
  }

  #forget(until: number): void {
    let count = 0;
    while ((this.#calls[count] ?? Number.POSITIVE_INFINITY) <= until) count++;
    if (count > 0) this.#calls.splice(0, count);
  }
}
