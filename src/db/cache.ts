import type { Failure, Result } from "../failure.ts";
import type { World } from "../world.ts";
import { databaseFor } from "./client.ts";

/** Where a fetched piece is kept: it is gone with its connection. A person's piece ends in `/{user id}`. */
export interface CachePlace {
  readonly connectionId: string;
  readonly key: string;
  /** Whose personal data it is: it is kept only while they are signed in to the event. Absent for what is nobody's. */
  readonly userId?: string;
  /** How long it is fresh, milliseconds. */
  readonly freshMs: number;
}

interface CacheRow {
  value: string;
  expires_at: number;
}

/** What a loader gives: the value with Revento's clock, or why not. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T; readonly date: number; readonly durationMs: number }
  | { readonly ok: false; readonly failure: Failure };

// A piece fetched before a change and stored after it would be old for hours: what a webhook touched since its fetch
// began keeps it out. A connection that is over or suspended keeps nothing, and so does a person who withdrew during the fetch.
const WRITE = `
INSERT INTO caches (connection_id, key, value, expires_at)
SELECT ?1, ?2, ?3, ?4
WHERE EXISTS (SELECT 1 FROM guards WHERE connection_id = ?1 AND state = 'active'
    AND connected_at > coalesce((SELECT max(at) FROM platform_state), 0))
  AND NOT EXISTS (SELECT 1 FROM resources WHERE connection_id = ?1
    AND kind IN ('activity', 'thread', 'location', 'event') AND touched_at >= ?5)
  AND (?6 IS NULL OR EXISTS (SELECT 1 FROM guards g JOIN user_grants u ON u.event_id = g.event_id
    WHERE g.connection_id = ?1 AND u.user_id = ?6))
ON CONFLICT (connection_id, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;

/** What is kept, or null. Expired pieces are given too: better than nothing while Revento does not answer. */
async function read(world: World, place: CachePlace): Promise<CacheRow | null> {
  return databaseFor(world, place.connectionId)
    .raw.prepare("SELECT value, expires_at FROM caches WHERE connection_id = ? AND key = ?")
    .bind(place.connectionId, place.key)
    .first<CacheRow>();
}

/**
 * A piece from the cache while it is fresh, else from `load`, else the old one where Revento does not answer. A loader
 * that says that the connection is over, or that a permission is missing, is believed.
 */
export async function cached<T>(
  world: World,
  place: CachePlace,
  load: () => Promise<Loaded<T>>,
): Promise<Result<T>> {
  const row = await read(world, place);
  if (row !== null && row.expires_at > world.now()) return { ok: true, value: JSON.parse(row.value) as T };
  const loaded = await load();
  if (loaded.ok) {
    await databaseFor(world, place.connectionId)
      .raw.prepare(WRITE)
      .bind(
        place.connectionId,
        place.key,
        JSON.stringify(loaded.value),
        world.now() + place.freshMs,
        loaded.date - loaded.durationMs - 1000,
        place.userId ?? null,
      )
      .run();
    return { ok: true, value: loaded.value };
  }
  const isPassing = ["throttled", "revento_unavailable", "revento_malformed"].includes(loaded.failure.kind);
  if (row !== null && isPassing) return { ok: true, value: JSON.parse(row.value) as T };
  return loaded;
}
