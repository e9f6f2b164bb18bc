import type { Random } from "../../emulator/random.ts";
import type { Env } from "../../src/bindings.ts";
import type { World } from "../../src/world.ts";
import { wrappedD1 } from "./wrapped-d1.ts";

/**
 * How often, of all statements and batches, D1 fails before one is done, and after, when it was done and nobody heard;
 * and how often the invocation is killed there, or where it sends to a queue, before or after.
 */
export interface Flakiness {
  readonly before: number;
  readonly after: number;
  readonly killed: number;
}

/** One invocation: its world, and what comes true when it is killed. Of a killed one nothing goes on. */
export interface Life {
  readonly world: World;
  readonly killed: Promise<"killed">;
}

const never = new Promise<never>(() => undefined);
const broken = () => new Error("D1_ERROR: Network connection lost.");

type Work = <T>(work: () => Promise<T>) => Promise<T>;

function mortalQueue<T>(queue: Queue<T>, work: Work): Queue<T> {
  return {
    ...queue,
    send: (body) => work(() => queue.send(body)),
    sendBatch: (messages) => work(() => queue.sendBatch(messages)),
  };
}

/** Gives each invocation a world whose database breaks off now and then, and in which it may be killed. */
export function flaky(world: World, random: Random, { before, after, killed }: Flakiness): () => Life {
  return () => {
    const death = Promise.withResolvers<"killed">();
    let isDead = false;
    const die = (): Promise<never> => {
      isDead = true;
      death.resolve("killed");
      return never;
    };
    const mayBeKilled: Work = async (work) => {
      if (isDead) return never;
      if (random.next() < killed) return die();
      const result = await work();
      return random.next() < killed ? die() : result;
    };
    const mayBreakOff: Work = (work) =>
      mayBeKilled(async () => {
        if (random.next() < before) throw broken();
        const result = await work();
        if (random.next() < after) throw broken();
        return result;
      });
    const { SYNC, ALERTS, HANDLERS } = world.env;
    const env: Env = {
      ...world.env,
      SYNC: mortalQueue(SYNC, mayBeKilled),
      ALERTS: mortalQueue(ALERTS, mayBeKilled),
      HANDLERS: mortalQueue(HANDLERS, mayBeKilled),
    };
    const raw = wrappedD1(world.db.raw, (_, work) => mayBreakOff(work));
    return { world: { ...world, env, db: { ...world.db, raw } }, killed: death.promise };
  };
}
