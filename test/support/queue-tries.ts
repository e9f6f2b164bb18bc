import type { World } from "../../src/world.ts";
import { consumeNow } from "./webhooks.ts";

/** What wrangler.toml gives a message: its first try and 100 more. */
const MAX_TRIES = 101;
const BATCH = 100;

interface Waiting {
  readonly body: unknown;
  tries: number;
  due: number;
  isDead: boolean;
}

/**
 * A queue and its dead-letter queue in virtual time: messages come again when their consumer asked for it, and are gone
 * for good where the second queue gives up on them too. Every tenth has nearly used up its tries in the first.
 */
export class QueueTries {
  readonly #queue: string;
  readonly #waiting: Waiting[] = [];
  #added = 0;

  constructor(queue: string) {
    this.#queue = queue;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(bodies: readonly unknown[], now: number): void {
    for (const body of bodies) {
      const tries = this.#added++ % 10 === 0 ? MAX_TRIES - 2 : 0;
      this.#waiting.push({ body, tries, due: now, isDead: false });
    }
  }

  /** Gives their consumers what is due, one batch for each queue. */
  async consumeDue(world: World, now: number): Promise<void> {
    for (const isDead of [false, true]) {
      const due = this.#waiting.filter((one) => one.due <= now && one.isDead === isDead).slice(0, BATCH);
      if (due.length > 0) await this.#consume(world, due, isDead, now);
    }
  }

  async #consume(world: World, due: readonly Waiting[], isDead: boolean, now: number): Promise<void> {
    for (const one of due) one.tries++;
    const { retriedIndexes, delays } = await consumeNow(
      due.map(({ body }) => body),
      world,
      isDead ? `${this.#queue}-dead` : this.#queue,
      Math.max(...due.map(({ tries }) => tries)),
    );
    const delayOf = new Map(retriedIndexes.map((index, place) => [index, delays[place] ?? 0]));
    due.forEach((one, index) => {
      const delay = delayOf.get(index);
      if (delay !== undefined && !(isDead && one.tries >= MAX_TRIES)) this.#again(one, now + delay * 1_000);
      else this.#waiting.splice(this.#waiting.indexOf(one), 1);
    });
  }

  #again(one: Waiting, due: number): void {
    const isGivenUp = !one.isDead && one.tries >= MAX_TRIES;
    Object.assign(one, { due }, isGivenUp ? { isDead: true, tries: 0 } : {});
  }
}
