import { env } from "cloudflare:workers";
import { configOf } from "../../src/config.ts";
import { createWorld, type World } from "../../src/world.ts";

/** A world over the bindings of the test. Its log is silent, its clock the test's. */
export function testWorld(overrides: Partial<World> = {}): World {
  const config = configOf(env);
  if (!config.ok) throw new Error("the test settings are incomplete");
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  return createWorld(env, config.value, { log: quiet, ...overrides });
}

/**
 * The bindings with queues that take messages and deliver none: a test that runs the jobs itself is then alone with
 * them, and no delivery is under way when it ends.
 */
export function withoutDelivery(): typeof env {
  const queue = { send: async () => undefined, sendBatch: async () => undefined };
  return { ...env, SYNC: queue, ALERTS: queue, HANDLERS: queue } as unknown as typeof env;
}
