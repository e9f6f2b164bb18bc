import type { World } from "../world.ts";
import {
  type Connection,
  type ConnectionKey,
  type ConnectionStatus,
  REASON_SQL,
  STATUS_SQL,
} from "./connection.ts";
import { type ConnectionRow, toConnection } from "./row.ts";

export interface ConnectionSearch {
  readonly status?: ConnectionStatus | undefined;
  readonly reason?: string | undefined;
  /** As it is shown: of what has ended `revoked`, and of a look before `staleBefore` (epoch ms) never `healthy`. */
  readonly health?: string | undefined;
  readonly staleBefore?: number;
  /** A scope that was granted, or with `!` before it one that was not. */
  readonly scope?: string | undefined;
  /** The beginning of an event's name or id, or of an organization's id. */
  readonly q?: string | undefined;
  readonly after?: ConnectionKey | null;
  readonly limit: number;
}

const LAST = "char(1114111)";

// Each arm is a range of an index.
const MATCHES = `c.id IN (
  SELECT id FROM connections WHERE event_id >= ?1 AND event_id < ?1 || ${LAST}
  UNION SELECT id FROM connections WHERE organization_id >= ?1 AND organization_id < ?1 || ${LAST}
  UNION SELECT id FROM connections WHERE event_name COLLATE NOCASE >= ?1 AND event_name COLLATE NOCASE < ?1 || ${LAST})`;

/** The stored state that a status is derived from, so that an index serves: the others are derived of `active` too. */
const stateOf: Readonly<Partial<Record<ConnectionStatus, string>>> = {
  active: "c.state = 'active' AND",
  reconnect_required: "c.state = 'reconnect_required' AND",
};

function conditionsOf(search: ConnectionSearch): string[] {
  const { status, reason, health, scope, q } = search;
  const scoped = "(SELECT 1 FROM json_each(c.granted_scopes) s WHERE s.value = ?5)";
  return [
    q === undefined ? "" : MATCHES,
    status === undefined ? "" : `${stateOf[status] ?? ""} ${STATUS_SQL} = ?2`,
    // A stored reason has an index; what is derived (`suspended`, `unpublished`) has none.
    reason === undefined ? "" : `${isDerived(reason) ? "" : "c.reason = ?3 AND"} ${REASON_SQL} = ?3`,
    health === undefined ? "" : healthIs(health),
    scope === undefined ? "" : scope.startsWith("!") ? `NOT EXISTS ${scoped}` : `EXISTS ${scoped}`,
    search.after ? "(c.event_id, c.organization_id) > (?6, ?7)" : "",
  ].filter((condition) => condition !== "");
}

const IS_STALE = "c.health_state = 'healthy' AND c.health_checked_at < ?8";

function healthIs(health: string): string {
  if (health === "revoked") return `(c.health_state = ?4 OR ${STATUS_SQL} <> 'active')`;
  const either = health === "unknown" ? `(c.health_state = ?4 OR ${IS_STALE})` : "c.health_state = ?4";
  return `${either} AND ${STATUS_SQL} = 'active'${health === "healthy" ? ` AND NOT (${IS_STALE})` : ""}`;
}

const isDerived = (reason: string): boolean => reason === "suspended" || reason === "unpublished";

/** One page of connections in the order of (event, organization): the order does not move while one pages. */
export async function searchConnections(
  world: World,
  search: ConnectionSearch,
): Promise<readonly Connection[]> {
  const conditions = conditionsOf(search);
  const { results } = await world.db.raw
    .prepare(
      `SELECT c.*, ${STATUS_SQL} AS status, ${REASON_SQL} AS true_reason FROM connections c
       ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`}
       ORDER BY c.event_id, c.organization_id LIMIT ?9`,
    )
    .bind(
      search.q ?? "",
      search.status ?? "",
      search.reason ?? "",
      search.health ?? "",
      (search.scope ?? "").replace(/^!/, ""),
      search.after?.eventId ?? "",
      search.after?.organizationId ?? "",
      search.staleBefore ?? 0,
      search.limit,
    )
    .all<ConnectionRow>();
  return results.map(toConnection);
}

/** How many connections there are of each status. */
export async function countByStatus(world: World): Promise<Readonly<Record<ConnectionStatus, number>>> {
  const { results } = await world.db.raw
    .prepare(`SELECT ${STATUS_SQL} AS status, count(*) AS n FROM connections c GROUP BY 1`)
    .all<{ status: ConnectionStatus; n: number }>();
  const counts = { active: 0, reconnect_required: 0, suspended: 0, ended: 0 };
  for (const { status, n } of results) counts[status] = n;
  return counts;
}
