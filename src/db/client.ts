import { drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

/** drizzle over D1. `.raw` is the binding itself, for statements that drizzle has no words for. */
export interface Database {
  readonly orm: ReturnType<typeof drizzle<typeof schema>>;
  readonly raw: D1Database;
}

export function openDatabase(binding: D1Database): Database {
  return { orm: drizzle(binding, { schema }), raw: binding };
}

/**
 * The database that holds a connection's data. Today there is one; when the mirror spreads over many, this function
 * alone knows which. The registry (connections, sessions, audit) always stays in `world.db`.
 */
export function databaseFor(world: { readonly db: Database }, _connectionId: string): Database {
  return world.db;
}
