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
