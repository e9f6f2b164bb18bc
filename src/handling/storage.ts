import type { ConnectionKey } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

/** What a handler keeps for one connection. Erased with the connection. Keys are compared byte for byte. */
export interface HandlerStorage {
  get<T = unknown>(key: string): Promise<T | undefined>;
  /** Stores a JSON value of at most 100 KB. Does nothing once the connection has ended. */
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** How many keys begin with a prefix. */
  count(prefix: string): Promise<number>;
  /** Up to `limit` (default 100, at most 1,000) entries in the order of their keys, after `after`. */
  list<T = unknown>(
    prefix: string,
    page?: { readonly limit?: number; readonly after?: string },
  ): Promise<readonly { readonly key: string; readonly value: T }[]>;
}

const MAX_VALUE_LENGTH = 100_000;
const MAX_KEY_LENGTH = 500;

// A guard row names the connection that is alive now: a late write of an erased life finds none.
const PUT = `
INSERT INTO handler_storage (connection_id, key, value, updated_at)
SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM guards
  WHERE event_id = ?5 AND organization_id = ?6 AND connection_id = ?1 AND state <> 'ended')
ON CONFLICT (connection_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`;

/** Storage under a prefix of its own, so that `once` and a handler's keys never meet. */
export function openStorage(
  world: World,
  connection: ConnectionKey & { readonly id: string },
  space: "kept" | "once",
): HandlerStorage {
  const db = databaseFor(world, connection.id).raw;
  const full = (key: string): string => {
    if (key.length > MAX_KEY_LENGTH)
      throw new RangeError(`a key is at most ${MAX_KEY_LENGTH} characters long`);
    return `${space}/${key}`;
  };
  // Prefixes as ranges: LIKE takes at most 50 bytes here.
  const range = (prefix: string): [string, string] => [full(prefix), `${full(prefix)}\u{10ffff}`];
  return {
    async get<T>(key: string) {
      const row = await db
        .prepare("SELECT value FROM handler_storage WHERE connection_id = ? AND key = ?")
        .bind(connection.id, full(key))
        .first<{ value: string }>();
      return row === null ? undefined : (JSON.parse(row.value) as T);
    },
    async put(key, value) {
      const json = JSON.stringify(value ?? null);
      if (json.length > MAX_VALUE_LENGTH)
        throw new RangeError(`a value is at most ${MAX_VALUE_LENGTH} characters`);
      await db
        .prepare(PUT)
        .bind(connection.id, full(key), json, world.now(), connection.eventId, connection.organizationId)
        .run();
    },
    async delete(key) {
      await db
        .prepare("DELETE FROM handler_storage WHERE connection_id = ? AND key = ?")
        .bind(connection.id, full(key))
        .run();
    },
    async count(prefix) {
      const row = await db
        .prepare(
          "SELECT count(*) AS count FROM handler_storage WHERE connection_id = ? AND key >= ? AND key < ?",
        )
        .bind(connection.id, ...range(prefix))
        .first<{ count: number }>();
      return row?.count ?? 0;
    },
    async list<T>(prefix: string, page: { readonly limit?: number; readonly after?: string } = {}) {
      const [from, to] = range(prefix);
      const after = page.after === undefined ? from : `${full(page.after)}\u0000`;
      const { results } = await db
        .prepare(
          "SELECT key, value FROM handler_storage WHERE connection_id = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?",
        )
        .bind(connection.id, after, to, Math.min(page.limit ?? 100, 1000))
        .all<{ key: string; value: string }>();
      return results.map(({ key, value }) => ({
        key: key.slice(space.length + 1),
        value: JSON.parse(value) as T,
      }));
    },
  };
}
