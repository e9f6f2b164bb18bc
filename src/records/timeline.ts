import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

export interface TimelineEntry {
  readonly at: number;
  readonly kind: "call" | "delivery" | "job" | "audit";
  readonly id: string;
  readonly summary: string;
}

/** Place in a timeline: time, kind, id. */
export type TimelineKey = readonly [number, string, string];

/** Each source as entries; a condition on its own columns follows. Ordered by the keys of its table. */
export const SOURCES = {
  call: `SELECT at, 'call' AS kind, request_id AS id,
    method || ' ' || path || ' → ' || coalesce(status, 'no answer') || coalesce(' ' || error, '') || ' in ' ||
    duration_ms || ' ms' || CASE WHEN attempt > 1 THEN ', attempt ' || attempt ELSE '' END AS summary FROM calls`,
  delivery: `SELECT received_at AS at, 'delivery' AS kind, delivery_id AS id,
    type || ': ' || outcome || CASE WHEN attempts > 1 THEN ', received ' || attempts || ' times' ELSE '' END
    AS summary FROM deliveries`,
  job: `SELECT at, 'job' AS kind, id, kind || ': ' || coalesce(outcome, 'asked for') || coalesce(', ' || detail, '')
    AS summary FROM jobs`,
  /** Of what waits only. What a handler has done leaves its row. */
  handler: `SELECT next_at AS at, 'job' AS kind, body_id AS id, 'handler ' || target || ' waits for ' || type ||
    CASE WHEN attempts > 0 THEN ', failed ' || attempts || ' times' ELSE '' END AS summary FROM outbox`,
  letter: `SELECT set_aside_at AS at, 'job' AS kind, id, 'set aside from ' || queue || ': ' || reason AS summary
    FROM dead_letters`,
  audit: `SELECT at, 'audit' AS kind, CAST(id AS TEXT) AS id, actor || ': ' || action || coalesce(' ' || subject, '') ||
    coalesce(' ' || nullif(detail, 'null'), '') AS summary FROM audit`,
} as const;

// Each arm reads its own newest rows by the key of its table, so that a long history costs no more than a short one.
const arm = (source: string, kind: string, time: string, id: string): string => `
  SELECT * FROM (${source} WHERE connection_id = ?1 AND ${time} <= ?2 AND (${time}, '${kind}', ${id}) < (?2, ?3, ?4)
    ORDER BY ${time} DESC, ${id} DESC LIMIT ?5)`;

// Deliveries are keyed by Revento's clock, and stand at the time when what they tell of happened.
const DELIVERY = SOURCES.delivery.replace("received_at AS at", "occurred_at AS at");

const TIMELINE = `SELECT * FROM (${[
  arm(SOURCES.call, "call", "calls.at", "request_id"),
  arm(DELIVERY, "delivery", "occurred_at", "delivery_id"),
  arm(SOURCES.job, "job", "jobs.at", "jobs.id"),
  arm(SOURCES.audit, "audit", "audit.at", "CAST(audit.id AS TEXT)"),
].join(" UNION ALL ")}) ORDER BY at DESC, kind DESC, id DESC LIMIT ?5`;

/** Calls, deliveries, jobs and audit entries of a connection, newest first. */
export async function readTimeline(
  world: World,
  connectionId: string,
  page: { readonly after: TimelineKey | null; readonly limit: number },
): Promise<readonly TimelineEntry[]> {
  const [at, kind, id] = page.after ?? [Number.MAX_SAFE_INTEGER, "", ""];
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(TIMELINE)
    .bind(connectionId, at, kind, id, page.limit)
    .all<TimelineEntry>();
  return results;
}
