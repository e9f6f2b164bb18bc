import { boundDatabase } from "./bounded.ts";

/**
 * D1, bounded in time. drizzle gives the schema, the migrations and the types of rows (`schema.ts`, imported as types
 * alone); the statements are SQL, because nearly all of them are guarded upserts over `json_each`, batches and
 * compare-and-sets that its query builder has no words for, and the builder would be 27 KB gzip of the bundle.
 */
export interface Database {
  readonly raw: D1Database;
}

/** Longer than the slowest batch that we send, shorter than the 30 s after which D1 itself gives up. */
const TIME_LIMIT_MS = 10_000;

/** The database of a binding; every call through it throws `TimedOut` after `limitMs`. */
export function openDatabase(binding: D1Database, limitMs = TIME_LIMIT_MS): Database {
  return { raw: boundDatabase(binding, limitMs) };
}

/**
 * The database that holds a connection's data. Today there is one; when the mirror spreads over many, this function
 * alone knows which. The registry (connections, sessions, audit) always stays in `world.db`.
 */
export function databaseFor(world: { readonly db: Database }, _connectionId: string): Database {
  return world.db;
}
