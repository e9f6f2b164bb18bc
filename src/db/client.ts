import { drizzle } from "drizzle-orm/d1";
import { boundDatabase } from "./bounded.ts";
import * as schema from "./schema.ts";

/** drizzle over D1. `.raw` is the binding itself, for statements that drizzle has no words for. */
export interface Database {
  readonly orm: ReturnType<typeof drizzle<typeof schema>>;
  readonly raw: D1Database;
}

/** Longer than the slowest batch that we send, shorter than the 30 s after which D1 itself gives up. */
const TIME_LIMIT_MS = 10_000;

/** The database of a binding; every call through it throws `TimedOut` after `limitMs`. */
export function openDatabase(binding: D1Database, limitMs = TIME_LIMIT_MS): Database {
  const raw = boundDatabase(binding, limitMs);
  return { orm: drizzle(raw, { schema }), raw };
}

/**
 * The database that holds a connection's data. Today there is one; when the mirror spreads over many, this function
 * alone knows which. The registry (connections, sessions, audit) always stays in `world.db`.
 */
export function databaseFor(world: { readonly db: Database }, _connectionId: string): Database {
  return world.db;
}
