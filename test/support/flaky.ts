import type { Random } from "../../emulator/random.ts";
import type { World } from "../../src/world.ts";

/**
 * How often, of all batches, D1 fails before one is done, and after, when it was done and nobody heard; and how often
 * the invocation is killed there, before or after.
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

/** Gives each invocation a world whose database breaks off now and then, and in which it may be killed at each batch. */
export function flaky(world: World, random: Random, { before, after, killed }: Flakiness): () => Life {
  const broken = () => new Error("D1_ERROR: Network connection lost.");
  return () => {
    const death = Promise.withResolvers<"killed">();
    let isDead = false;
    const die = (): Promise<never> => {
      isDead = true;
      death.resolve("killed");
      return never;
    };
    const { raw } = world.db;
    const batch = async (statements: D1PreparedStatement[]) => {
      if (isDead) return never;
      if (random.next() < killed) return die();
      if (random.next() < before) throw broken();
      const results = await raw.batch(statements);
      if (random.next() < killed) return die();
      if (random.next() < after) throw broken();
      return results;
    };
    const fragile = new Proxy(raw, {
      get(target, name) {
        if (name === "batch") return batch;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    return { world: { ...world, db: { ...world.db, raw: fragile } }, killed: death.promise };
  };
}
