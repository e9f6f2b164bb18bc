import { type JsonObject, jsonChunks } from "../lib/json.ts";
import type { World } from "../world.ts";
import type { Address } from "./address.ts";
import { IS_CONTAINED, IS_OPEN_FOR_RUN, IS_OPEN_FOR_WEBHOOK } from "./gates.ts";

/** A snapshot of anything but a participant: one facet, kept as it came. */
export interface ResourceRow extends Address {
  readonly kind: string;
  readonly data: JsonObject;
  readonly hash: string;
  readonly updatedAt: number;
}

const upsertSql = (gate: string, touchedAt: string, wins: string): string => `
INSERT INTO resources AS p (connection_id, kind, id, data, version_at, hash, touched_at, updated_at)
SELECT e.value->>'$.c', e.value->>'$.kind', e.value->>'$.id', json_extract(e.value, '$.data'), e.value->>'$.at',
  e.value->>'$.hash', ${touchedAt}, e.value->>'$.updatedAt'
FROM json_each(?1) e WHERE ${gate}
ON CONFLICT (connection_id, kind, id) DO UPDATE SET data = excluded.data, version_at = excluded.version_at,
  hash = excluded.hash, state = 'present', touched_at = max(p.touched_at, excluded.touched_at),
  updated_at = max(p.updated_at, excluded.updated_at)
WHERE ${wins}`;

// The same order as for participants: newer, or at equal times the greater hash; a page wins ties and skips what it
// does not change.
const FROM_WEBHOOK = upsertSql(
  `${IS_OPEN_FOR_WEBHOOK} AND NOT ${IS_CONTAINED}`,
  "e.value->>'$.at'",
  "(excluded.version_at, excluded.hash) > (p.version_at, p.hash)",
);
const FROM_PAGE = upsertSql(
  IS_OPEN_FOR_RUN,
  "0",
  "excluded.version_at >= p.version_at AND (excluded.hash <> p.hash OR p.state = 'removed')",
);

const historySql = (gate: string): string => `
INSERT INTO state_changes (connection_id, kind, resource_id, at, from_state, to_state, cause)
SELECT p.connection_id, p.kind, p.id, e.value->>'$.at', 'removed', 'present', ?2
FROM json_each(?1) e JOIN resources p ON p.connection_id = e.value->>'$.c' AND p.kind = e.value->>'$.kind'
  AND p.id = e.value->>'$.id'
WHERE p.state = 'removed' AND e.value->>'$.at' > p.version_at AND ${gate}
ON CONFLICT DO NOTHING`;

const HISTORY_FROM_WEBHOOK = historySql(`${IS_OPEN_FOR_WEBHOOK} AND NOT ${IS_CONTAINED}`);
const HISTORY_FROM_PAGE = historySql(IS_OPEN_FOR_RUN);

/** `title` or `name` of the event goes to the registry, where lists of connections show it. */
const EVENT_NAME = `
UPDATE connections SET event_name = v.name
FROM (SELECT connection_id, coalesce(data->>'$.title', data->>'$.name') AS name FROM resources
  WHERE kind = 'event' AND connection_id IN (SELECT value FROM json_each(?1))) v
WHERE connections.id = v.connection_id AND connections.event_name IS NOT v.name AND v.name IS NOT NULL`;

function withEventName(world: World, rows: readonly ResourceRow[]): D1PreparedStatement[] {
  const connections = new Set(rows.filter(({ kind }) => kind === "event").map(({ c }) => c));
  return connections.size === 0
    ? []
    : [world.db.raw.prepare(EVENT_NAME).bind(JSON.stringify([...connections]))];
}

/** The statements that apply snapshots of the event and of program parts from webhooks. */
export function upsertResourcesFromWebhooks(
  world: World,
  rows: readonly ResourceRow[],
): D1PreparedStatement[] {
  const upserts = jsonChunks(rows).flatMap((json) => [
    world.db.raw.prepare(HISTORY_FROM_WEBHOOK).bind(json, "webhook"),
    world.db.raw.prepare(FROM_WEBHOOK).bind(json),
  ]);
  return [...upserts, ...withEventName(world, rows)];
}

/** The statements that apply one page of the event or of program parts. */
export function upsertResourcesFromPage(
  world: World,
  rows: readonly ResourceRow[],
  runId: string,
): D1PreparedStatement[] {
  const upserts = jsonChunks(rows).flatMap((json) => [
    world.db.raw.prepare(HISTORY_FROM_PAGE).bind(json, `run ${runId}`),
    world.db.raw.prepare(FROM_PAGE).bind(json),
  ]);
  return [...upserts, ...withEventName(world, rows)];
}
