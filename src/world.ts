import type { Env } from "./bindings.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase } from "./db/client.ts";
import { createLogger, type Logger } from "./lib/log.ts";
import { manifest } from "./manifest.ts";
import type { Manifest } from "./manifest-shape.ts";

/**
 * Everything a feature needs from outside, made once at each entry point and handed down. Clock and fetch are
 * fields, so that a test replaces an argument and never a global.
 */
export interface World {
  readonly env: Env;
  readonly config: Config;
  readonly manifest: Manifest;
  readonly db: Database;
  /** Our clock, epoch milliseconds. */
  readonly now: () => number;
  readonly fetch: typeof fetch;
  readonly log: Logger;
}

export function createWorld(env: Env, config: Config, overrides: Partial<World> = {}): World {
  return {
    env,
    config,
    manifest,
    db: openDatabase(env.DB),
    now: () => Date.now(),
    fetch: (input, init) => globalThis.fetch(input, init),
    log: createLogger(),
    ...overrides,
  };
}
