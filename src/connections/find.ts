import type { World } from "../world.ts";
import {
  type Connection,
  type ConnectionKey,
  type ConnectionStatus,
  REASON_SQL,
  STATUS_SQL,
} from "./connection.ts";
import { type ConnectionRow, toConnection } from "./row.ts";

const SELECT = `SELECT c.*, ${STATUS_SQL} AS status, ${REASON_SQL} AS true_reason FROM connections c`;

/** The connection of an event and an organization, or null. Throws where D1 does not answer. */
export async function findConnection(world: World, key: ConnectionKey): Promise<Connection | null> {
  const row = await world.db.raw
    .prepare(`${SELECT} WHERE c.event_id = ? AND c.organization_id = ?`)
    .bind(key.eventId, key.organizationId)
    .first<ConnectionRow>();
  return row === null ? null : toConnection(row);
}

/** The connection that a surrogate id names, or null: after an erasure the old id names nothing. */
export async function findConnectionById(world: World, id: string): Promise<Connection | null> {
  const row = await world.db.raw.prepare(`${SELECT} WHERE c.id = ?`).bind(id).first<ConnectionRow>();
  return row === null ? null : toConnection(row);
}

export interface ConnectionFilter {
  readonly organizationId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly status?: ConnectionStatus | undefined;
  /** The (event, organization) after which the page begins. */
  readonly after?: ConnectionKey | undefined;
  readonly limit: number;
}

/** One page of connections in the order of (event, organization). */
export async function listConnections(
  world: World,
  filter: ConnectionFilter,
): Promise<readonly Connection[]> {
  const conditions: [string, ...string[]][] = [];
  if (filter.organizationId !== undefined) conditions.push(["c.organization_id = ?", filter.organizationId]);
  if (filter.eventId !== undefined) conditions.push(["c.event_id = ?", filter.eventId]);
  if (filter.status !== undefined) conditions.push([`${STATUS_SQL} = ?`, filter.status]);
  if (filter.after !== undefined) {
    conditions.push([
      "(c.event_id, c.organization_id) > (?, ?)",
      filter.after.eventId,
      filter.after.organizationId,
    ]);
  }
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`;
  const { results } = await world.db.raw
    .prepare(`${SELECT} ${where} ORDER BY c.event_id, c.organization_id LIMIT ?`)
    .bind(...conditions.flatMap(([, ...values]) => values), filter.limit)
    .all<ConnectionRow>();
  return results.map(toConnection);
}
