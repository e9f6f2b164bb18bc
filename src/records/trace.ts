import { connectionOfJob } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import { readTimeline, SOURCES, type TimelineEntry } from "./timeline.ts";

/** More than one id ever has: a request has a handful of entries. */
const MAX_ENTRIES = 200;

/**
 * Everything known under a request id, a delivery id, a job id, or a connection, in order; of a long history the newest.
 * A connection is named by its surrogate id, its event, or `event/organization`. After an erasure the ids are hashed:
 * `hash` finds them still.
 */
export async function traceId(
  world: World,
  id: string,
  hash: (id: string) => Promise<string>,
): Promise<readonly TimelineEntry[]> {
  const found = [...(await traceById(world, id, hash)), ...(await traceConnections(world, id))];
  return found.toSorted((left, right) => left.at - right.at).slice(-MAX_ENTRIES);
}

/** As many as have ever connected one event. */
const MAX_CONNECTIONS = 10;

async function traceConnections(world: World, id: string): Promise<readonly TimelineEntry[]> {
  const [eventId = "", organizationId = null] = id.split("/");
  const { results } = await world.db.raw
    .prepare(
      `SELECT id FROM connections WHERE event_id = ?1 AND organization_id = coalesce(?2, organization_id)
       LIMIT ${MAX_CONNECTIONS}`,
    )
    .bind(eventId, organizationId)
    .all<{ id: string }>();
  // The surrogate id of a life that was erased stands in what is kept, and in no row of the registry.
  const ids = new Set([id, ...results.map((row) => row.id)]);
  const page = { after: null, limit: MAX_ENTRIES };
  const timelines = await Promise.all([...ids].map((one) => readTimeline(world, one, page)));
  return timelines.flat().toReversed();
}

async function traceById(
  world: World,
  id: string,
  hash: (id: string) => Promise<string>,
): Promise<readonly TimelineEntry[]> {
  const ids = JSON.stringify([id, await hash(id)]);
  const isAsked = (column: string) => `${column} IN (SELECT value FROM json_each(?1))`;
  const { raw } = databaseFor(world, "");
  const recorded = raw
    .prepare(
      `SELECT at, kind, id, summary FROM (
        ${SOURCES.call} WHERE ${isAsked("request_id")} UNION ALL
        ${SOURCES.delivery} WHERE ${isAsked("delivery_id")} UNION ALL
        ${SOURCES.delivery} WHERE request_id IS NOT NULL AND ${isAsked("request_id")} UNION ALL
        ${SOURCES.job} WHERE connection_id = ?2 AND id = ?3 UNION ALL
        ${SOURCES.audit} WHERE subject IS NOT NULL AND ${isAsked("subject")}
      ) ORDER BY at, kind, id LIMIT ${MAX_ENTRIES}`,
    )
    .bind(ids, connectionOfJob(id), id);
  const waiting = raw
    .prepare(
      `${SOURCES.handler} WHERE id IN (SELECT o.id FROM (
        SELECT connection_id, body_id FROM deliveries WHERE ${isAsked("delivery_id")} UNION ALL
        SELECT connection_id, body_id FROM deliveries WHERE request_id IS NOT NULL AND ${isAsked("request_id")}
      ) d CROSS JOIN outbox o ON o.connection_id = d.connection_id AND o.body_id = d.body_id) LIMIT ${MAX_ENTRIES}`,
    )
    .bind(ids);
  const setAside = raw
    .prepare(
      `${SOURCES.letter} WHERE delivery_id IS NOT NULL AND ${isAsked("delivery_id")} LIMIT ${MAX_ENTRIES}`,
    )
    .bind(ids);
  const found = await raw.batch<TimelineEntry>([recorded, waiting, setAside]);
  return found.flatMap(({ results }) => results);
}

/** Everything known about a participant id, over all connections, in order. */
export async function traceParticipant(
  world: World,
  id: string,
  hash: (id: string) => Promise<string>,
): Promise<readonly TimelineEntry[]> {
  const { results } = await databaseFor(world, "")
    .raw.prepare(PARTICIPANT)
    .bind(id, await hash(id))
    .all<TimelineEntry>();
  return results;
}

// By each connection's key: one short look a connection, because an index by participant would cost every insert.
const PARTICIPANT = `
SELECT at, kind, id, summary FROM (
  SELECT p.updated_at AS at, 'audit' AS kind, p.id, 'mirror of ' || c.event_id || ': ' || p.state ||
    coalesce(', application ' || p.application_status, '') AS summary
  FROM connections c CROSS JOIN participants p ON p.connection_id = c.id AND p.id = ?1
  UNION ALL
  SELECT s.at, 'audit', s.resource_id, s.from_state || ' → ' || s.to_state || ' (' || s.cause || ')'
  FROM connections c CROSS JOIN state_changes s
    ON s.connection_id = c.id AND s.kind = 'participant' AND s.resource_id = ?1
  UNION ALL
  SELECT k.recorded_at, 'audit', k.participant_id, 'checked in by ' || k.by ||
    CASE WHEN k.taken_back_at IS NULL THEN '' ELSE ', taken back' END
  FROM connections c CROSS JOIN check_ins k ON k.connection_id = c.id AND k.participant_id = ?1
  UNION ALL
  SELECT at, 'audit', CAST(id AS TEXT), actor || ': ' || action FROM audit
  WHERE subject IS NOT NULL AND subject IN (?1, ?2)
) ORDER BY at, id LIMIT ${MAX_ENTRIES}`;
