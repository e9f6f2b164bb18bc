import type { Clock } from "./clock.ts";

/** `timer`: happens by itself. `delivery`: happens by itself only while deliveries are automatic. */
export type Lane = "timer" | "delivery";

interface Entry {
  at: number;
  order: number;
  lane: Lane;
  run: () => void | Promise<void>;
}

interface AgendaOptions {
  clock: Clock;
  schedule: (delayMs: number, run: () => void) => void;
  concurrency: () => number;
  automatic: boolean;
}

/** Everything that is due later, in the emulator's time. */
export class Agenda {
  #options: AgendaOptions;
  #entries: Entry[] = [];
  #order = 0;
  #running = new Set<Promise<void>>();

  constructor(options: AgendaOptions) {
    this.#options = options;
  }

  /** Adds an entry and returns what takes it back. `wake: false` leaves it to the next request to notice. */
  add(at: number, lane: Lane, run: Entry["run"], wake = true): () => void {
    const entry: Entry = { at, order: this.#order++, lane, run };
    const index = this.#entries.findLastIndex((other) => other.at <= at);
    this.#entries.splice(index + 1, 0, entry);
    if (wake) this.wakeAt(at, lane);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  /** Moves the emulator's time ahead, stopping at everything that falls due on the way. */
  async advance(ms: number): Promise<void> {
    const { clock, automatic } = this.#options;
    const target = clock.now() + ms;
    for (;;) {
      const next = this.#next(automatic);
      if (!next || next.at > target) break;
      clock.jumpTo(next.at);
      await this.runDue(automatic);
    }
    clock.jumpTo(target);
  }

  /** Runs everything that is due now, and what falls due meanwhile; waits for its end. */
  async runDue(deliveries: boolean): Promise<void> {
    for (;;) {
      const due = this.#takeDue(deliveries);
      if (due.length === 0) break;
      await this.#runAll(due);
    }
  }

  /** Like `runDue`, but also waits for what others have started. */
  async settle(): Promise<void> {
    await this.runDue(true);
    while (this.#running.size > 0) {
      await Promise.all(this.#running);
      await this.runDue(true);
    }
  }

  /** Runs due timers that need no waiting: called at the start of every request. */
  tick(): void {
    for (const entry of this.#takeDue(false)) void entry.run();
  }

  clear(): void {
    this.#entries = [];
  }

  wakeAt(at: number, lane: Lane): void {
    const { automatic, clock, schedule } = this.#options;
    if (lane === "delivery" && !automatic) return;
    schedule(Math.max(0, Math.ceil(at - clock.now())), () => {
      // A timer may fire a little early, or the clock may have moved: look again, never run ahead of time.
      void this.runDue(automatic);
      const next = this.#next(automatic);
      if (next && next.at <= at) this.wakeAt(next.at, next.lane);
    });
  }

  #next(deliveries: boolean): Entry | undefined {
    return deliveries ? this.#entries[0] : this.#entries.find((entry) => entry.lane === "timer");
  }

  #takeDue(deliveries: boolean): Entry[] {
    const now = this.#options.clock.now();
    const due: Entry[] = [];
    const later: Entry[] = [];
    for (const entry of this.#entries) {
      const isDue = entry.at <= now && (deliveries || entry.lane === "timer");
      (isDue ? due : later).push(entry);
    }
    this.#entries = later;
    return due;
  }

  async #runAll(due: Entry[]): Promise<void> {
    const waiting = [...due];
    const work = async () => {
      for (let entry = waiting.shift(); entry; entry = waiting.shift()) await this.#track(entry);
    };
    await Promise.all(Array.from({ length: this.#options.concurrency() }, work));
  }

  #track(entry: Entry): Promise<void> {
    const done = Promise.resolve(entry.run()).finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }
}
