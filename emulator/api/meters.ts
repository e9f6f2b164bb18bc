import type { Grant } from "../oauth/grants.ts";
import { Meter } from "./rate-limit.ts";

/** The meters of all grants, and when calls were refused. */
export class Meters {
  #byGrant = new Map<string, Meter>();
  #refusals: number[] = [];

  of(grant: Grant): Meter {
    const meter = this.#byGrant.get(grant.id) ?? new Meter(grant.kind);
    this.#byGrant.set(grant.id, meter);
    return meter;
  }

  /** Counts a 429; true when there were so many in the window that Revento loses its patience. */
  countRefusal(now: number, most: number, windowMs: number): boolean {
    this.#refusals = [...this.#refusals.filter((time) => time > now - windowMs), now];
    return most > 0 && this.#refusals.length >= most;
  }

  clear(): void {
    this.#byGrant.clear();
    this.#refusals = [];
  }
}
