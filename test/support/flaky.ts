import type { Random } from "../../emulator/random.ts";
import type { World } from "../../src/world.ts";

/** How often D1 fails: before a batch is done, and after, when it was done and nobody heard. */
export interface Flakiness {
  readonly before: number;
  readonly after: number;
}

/** A world whose database breaks off now and then. */
export function flaky(world: World, random: Random, { before, after }: Flakiness): World {
  const { raw } = world.db;
  const broken = () => new Error("D1_ERROR: Network connection lost.");
  const fragile = new Proxy(raw, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== "batch") return typeof value === "function" ? value.bind(target) : value;
      return async (statements: D1PreparedStatement[]) => {
        if (random.next() < before) throw broken();
        const results = await target.batch(statements);
        if (random.next() < after) throw broken();
        return results;
      };
    },
  });
  return { ...world, db: { ...world.db, raw: fragile } };
}
