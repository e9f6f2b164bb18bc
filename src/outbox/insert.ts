import { jsonChunks } from "../lib/json.ts";
import type { World } from "../world.ts";
import type { OutboxEntry } from "./entry.ts";

export interface InsertOptions {
  /**
   * SQL over `e.value`, the entry as JSON: the row is inserted only where it is true. For example that its delivery
   * was new: `EXISTS (SELECT 1 FROM deliveries d WHERE d.body_id = e.value->>'$.bodyId' AND …)`.
   */
  readonly when?: string;
  /** SQL over `e.value`: whether a newer snapshot had already come. Handlers see it as `event.isStale`. */
  readonly staleWhen?: string;
}

/**
 * The statements that insert outbox rows, for the caller's batch, after the mirror change in it. One row for each
 * target of each entry; commit order is the order of the entries.
 */
export function insertOutbox(
  world: World,
  entries: readonly OutboxEntry[],
  options: InsertOptions = {},
): D1PreparedStatement[] {
  const sql = `
INSERT INTO outbox (connection_id, target, resource, type, body_id, occurred_at, payload, is_stale, next_at)
SELECT e.value->>'$.connectionId', t.value, e.value->>'$.resource', e.value->>'$.type', e.value->>'$.bodyId',
  e.value->>'$.occurredAt', e.value->'$.payload', (${options.staleWhen ?? "0"}), ?2
FROM json_each(?1) e, json_each(e.value, '$.targets') t
WHERE (${options.when ?? "true"})
ORDER BY e.key, t.key`;
  const now = world.now();
  return jsonChunks(entries).map((json) => world.db.raw.prepare(sql).bind(json, now));
}
