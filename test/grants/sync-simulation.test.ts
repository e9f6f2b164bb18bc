import { expect, test } from "vitest";
import { Meter } from "../../emulator/api/rate-limit.ts";
import type { Settings } from "../../emulator/settings.ts";
import { type BudgetState, FULL_BUDGET, INSTALLATION_LIMITS } from "../../src/grants/budget.ts";
import { CallGate, type Pass } from "../../src/grants/gate.ts";
import type { Priority } from "../../src/grants/protocol.ts";
import { seeded, VirtualTime } from "./virtual-time.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const START = Date.UTC(2026, 10, 1);
/** 20,000 participants in pages of 50, three times over: hours of work. */
const PAGES = 3 * 400;

interface Sent {
  readonly priority: Priority;
  readonly at: number;
}

/** Revento's limits as the emulator plays them, calls that take 60 ms to 1.5 s on a road of changing length. */
class Simulation {
  readonly time = new VirtualTime(START);
  readonly meter = new Meter("installation");
  readonly random: () => number;
  readonly sent: Sent[] = [];
  readonly waits: number[] = [];
  refused = 0;
  mostInFlight = 0;
  inFlight = 0;
  /** Calls that wait or are under way. */
  pending = 0;
  toldLater = 0;
  stored: BudgetState = FULL_BUDGET;
  gate: CallGate;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.gate = this.open();
  }

  open(): CallGate {
    return new CallGate(
      {
        now: this.time.now,
        random: this.random,
        load: () => this.stored,
        save: (budget) => {
          this.stored = budget;
        },
        setTimer: this.time.after,
        clearTimer: this.time.cancel,
      },
      INSTALLATION_LIMITS,
    );
  }

  async call(priority: Priority): Promise<Pass> {
    const gate = this.gate;
    this.pending += 1;
    const pass = await gate.acquire(priority);
    if (!pass.ok) {
      this.pending -= 1;
      return pass;
    }
    this.sent.push({ priority, at: this.time.now() });
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await this.time.sleep(20 + this.random() * 400);
    const admission = this.meter.admit(this.time.now(), { rate_limits: true } as Settings);
    const reading = this.meter.read(this.time.now(), "hour");
    if (admission.is !== "admitted") this.refused += 1;
    await this.time.sleep(20 + this.random() * 700);
    if (admission.is === "admitted") this.meter.release();
    await this.time.sleep(20 + this.random() * 400);
    this.inFlight -= 1;
    this.pending -= 1;
    const rateLimit = { limit: reading.limit, remaining: reading.remaining, resetAt: reading.resets_at };
    const headers = { date: null, retryAfterS: null, rateLimit };
    const isRefused = admission.is !== "admitted";
    gate.release(pass.lease, {
      status: isRefused ? 429 : 200,
      error: isRefused ? admission.is : null,
      headers,
    });
    return pass;
  }

  /** One page after the other, as the queue hands them out; sent away, it comes back when it was told to. */
  async sync(pages: number): Promise<void> {
    for (let page = 0; page < pages; page++) {
      for (;;) {
        const pass = await this.call("sync");
        if (pass.ok) break;
        this.toldLater += 1;
        await this.time.sleep(pass.retryInS * SECOND_MS);
      }
    }
  }

  /** People: now and then one, now and then four at once. */
  async interactive(end: number): Promise<void> {
    while (this.time.now() < end) {
      await this.time.sleep(MINUTE_MS + this.random() * 2 * MINUTE_MS);
      const howMany = this.random() < 0.2 ? 4 : 1;
      for (let one = 0; one < howMany; one++) void this.interactiveCall();
    }
  }

  async interactiveCall(): Promise<void> {
    const from = this.time.now();
    const before = this.sent.length;
    const pass = await this.call("interactive");
    const leftAt = this.sent.slice(before).find(({ priority }) => priority === "interactive")?.at;
    this.waits.push(pass.ok && leftAt !== undefined ? leftAt - from : Number.POSITIVE_INFINITY);
  }

  async probes(end: number): Promise<void> {
    while (this.time.now() < end) {
      await this.time.sleep(15 * MINUTE_MS);
      await this.call("probe");
    }
  }
}

test.each([1, 2, 3, 4, 5])(
  "a sync of 20,000 participants beside people and probes, seed %i",
  async (seed) => {
    const simulation = new Simulation(seed);
    const end = START + 4 * HOUR_MS;
    let finishedAt = Number.POSITIVE_INFINITY;
    void simulation.sync(PAGES).then(() => {
      finishedAt = simulation.time.now();
    });
    void simulation.interactive(end);
    void simulation.probes(end);
    // The object is evicted time and again, where nobody waits: what was used is in the storage.
    for (let at = START; at < end; at += MINUTE_MS) {
      await simulation.time.run(at);
      if (simulation.pending === 0) simulation.gate = simulation.open();
    }
    expect(simulation.refused).toBe(0);
    expect(simulation.mostInFlight).toBeLessThanOrEqual(5);
    expect(Math.max(...simulation.waits)).toBeLessThanOrEqual(3 * SECOND_MS);
    expect(finishedAt).toBeLessThan(end);
    for (const hour of [0, 1])
      expect(syncShare(simulation, START + hour * HOUR_MS)).toBeGreaterThanOrEqual(0.95);
  },
);

/** Of what the reserve leaves of an hour, and others did not use, how much sync used. */
function syncShare({ sent }: Simulation, from: number): number {
  const inHour = sent.filter(({ at }) => at >= from && at < from + HOUR_MS);
  const sync = inHour.filter(({ priority }) => priority === "sync").length;
  return sync / (450 - (inHour.length - sync));
}
