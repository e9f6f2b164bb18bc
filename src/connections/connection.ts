import type { connections } from "../db/schema.ts";
import type { ConnectionReason } from "./reasons.ts";

export type { ConnectionReason } from "./reasons.ts";

/** What names a connection to the outside. */
export interface ConnectionKey {
  readonly eventId: string;
  readonly organizationId: string;
}

export type ConnectionStatus = "active" | "reconnect_required" | "suspended" | "ended";

/** A row of the registry with its true status: suspension and unpublishing are timestamps that rows are compared with. */
export type Connection = Omit<typeof connections.$inferSelect, "state" | "reason"> & {
  readonly status: ConnectionStatus;
  readonly reason: ConnectionReason | null;
};

/**
 * The status in SQL over a row `c` of connections and `p` of `platformSql`. A suspension covers every life that was
 * running at its time. It also explains a token that was found dead since: whichever was noticed first, the end is
 * the same.
 */
export const STATUS_SQL = `CASE
  WHEN p.unpublished_at >= c.connected_at AND c.state <> 'ended' THEN 'ended'
  WHEN p.suspended_at >= c.connected_at AND (c.state = 'active' OR c.ended_at >= p.suspended_at)
    AND (c.reason IS NULL OR c.reason IN ('token_revoked', 'invalid_grant', 'lost_rotation')) THEN 'suspended'
  ELSE c.state END`;

export const REASON_SQL = `CASE
  WHEN p.unpublished_at >= c.connected_at AND c.state <> 'ended' THEN 'unpublished'
  WHEN p.suspended_at >= c.connected_at AND (c.state = 'active' OR c.ended_at >= p.suspended_at)
    AND (c.reason IS NULL OR c.reason IN ('token_revoked', 'invalid_grant', 'lost_rotation')) THEN 'suspended'
  ELSE c.reason END`;

/** One row with both platform timestamps; 0 where there is none. */
export const PLATFORM_SQL = `(SELECT
  coalesce(max(CASE key WHEN 'suspended_at' THEN at END), 0) AS suspended_at,
  coalesce(max(CASE key WHEN 'unpublished_at' THEN at END), 0) AS unpublished_at
  FROM platform_state)`;
