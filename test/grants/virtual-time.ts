interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when everything has settled: hours in milliseconds. */
export class VirtualTime {
  #now: number;
  #events: Due[] = [];
  #order = 0;

  constructor(now: number) {
    this.#now = now;
  }

  now = (): number => this.#now;

  after = (run: () => void, ms: number): object => {
    const event = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
    this.#events.push(event);
    return event;
  };

  cancel = (event: unknown): void => {
    this.#events = this.#events.filter((other) => other !== event);
  };

  sleep = (ms: number): Promise<void> => new Promise((resolve) => this.after(resolve, ms));

  /** Runs what falls due until `end`, or until nothing is left. */
  async run(end: number): Promise<void> {
    for (;;) {
      await settle();
      const [next] = this.#events.toSorted((a, b) => a.at - b.at || a.order - b.order);
      if (next === undefined || next.at > end) break;
      this.cancel(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

/** Random numbers that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
