import type { AlertNote } from "../messages.ts";
import type { World } from "../world.ts";
import { quietUntil } from "./quiet.ts";

/** How long the fast lane has the alert to itself before the outbox lane sends it. */
export const HEAD_START_MS = 15_000;

/**
 * The statements that insert alerts for the webhook consumer's batch: the outbox lane. What the fast lane inserted
 * already stays as it is.
 * @param when SQL over `n.value`, the note as JSON: for example that its delivery was new.
 */
export function insertAlerts(
  world: World,
  notes: readonly AlertNote[],
  when = "true",
): D1PreparedStatement[] {
  return insertNotes(world, notes, world.now() + HEAD_START_MS, when);
}

/**
 * SQL over `n.value`: the life of the connection has not ended meanwhile, also where another has begun, or the alert is
 * about endings. A message may have waited in the queue for days, and its text may name people whose data has been
 * erased since.
 */
export const NOT_OVER = `n.value->>'$.isOfEnding' OR NOT EXISTS (SELECT 1 FROM guards g
  WHERE g.event_id = n.value->>'$.eventId' AND g.organization_id = n.value->>'$.organizationId'
    AND (g.state = 'ended' OR g.life_started_at > n.value->>'$.occurredAt'))`;

const ENDINGS = /^(data|user|integration)\./;

/**
 * One row for each channel of each note, due at `nextAt` or when the quiet hours of its rule end. A row that waits
 * already becomes due as early as this one.
 */
export function insertNotes(
  world: World,
  notes: readonly AlertNote[],
  nextAt: number,
  when = "true",
): D1PreparedStatement[] {
  const rules = new Map(world.config.alertRules.rules.map((rule) => [rule.id, rule]));
  const rows = notes.flatMap((note) => {
    const rule = rules.get(note.rule);
    if (rule === undefined) return [];
    const types = note.action === "trigger" ? [rule.on ?? ""] : (rule.resolve_on ?? []);
    const isOfEnding = types.some((type) => ENDINGS.test(type));
    const dueAt = Math.max(nextAt, quietUntil(rule.quiet_hours, world.now()) ?? 0);
    return rule.channels.map((channel) => ({ ...note, channel, nextAt: dueAt, isOfEnding }));
  });
  if (rows.length === 0) return [];
  const sql = `
INSERT INTO alerts (connection_id, body_id, rule, channel, action, dedup_key, text, state, created_at, next_at)
SELECT coalesce((SELECT connection_id FROM guards g WHERE g.event_id = n.value->>'$.eventId'
    AND g.organization_id = n.value->>'$.organizationId'), ''),
  n.value->>'$.bodyId', n.value->>'$.rule', n.value->>'$.channel', n.value->>'$.action', n.value->>'$.dedupKey',
  n.value->>'$.text', 'waiting', ?2, n.value->>'$.nextAt'
FROM json_each(?1) n WHERE (${when})
ORDER BY n.key
ON CONFLICT (body_id, rule, channel) DO UPDATE SET next_at = excluded.next_at
  WHERE state = 'waiting' AND next_at > excluded.next_at`;
  return [world.db.raw.prepare(sql).bind(JSON.stringify(rows), world.now())];
}
