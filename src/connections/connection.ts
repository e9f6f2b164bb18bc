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

/** How far our clock and Revento's may be apart, and a webhook late, in deciding which ending came first. */
export const CLOCK_SLACK_MS = 300_000;

const covers = (key: string): string => `EXISTS (SELECT 1 FROM platform_state p WHERE p.key = '${key}'
    AND p.at >= c.connected_at AND (c.state = 'active' OR c.ended_at >= p.at - ${CLOCK_SLACK_MS}))`;

/** Reasons that only say that a token was found dead: a suspension or unpublishing of that time explains them. */
const EXPLAINED = "'token_revoked', 'invalid_grant', 'lost_rotation'";

const IS_SUSPENDED = `(c.deletion_requested_at IS NULL AND ${covers("suspended_at")}
    AND (c.reason IS NULL OR c.reason IN (${EXPLAINED})))`;

// Unpublishing also ends what was suspended, whether or not a dead token had been noticed before.
const IS_UNPUBLISHED = `((c.reason IS NULL OR c.reason IN (${EXPLAINED}, 'deletion_required'))
    AND (${covers("unpublished_at")} OR (${IS_SUSPENDED} AND EXISTS (
      SELECT 1 FROM platform_state p WHERE p.key = 'unpublished_at' AND p.at >= c.connected_at))))`;

/**
 * The status in SQL over a row `c` of connections. A suspension covers every life that was running at its time. It
 * also explains a token that was found dead since: whichever was noticed first, the end is the same.
 */
export const STATUS_SQL = `CASE WHEN ${IS_UNPUBLISHED} THEN 'ended' WHEN ${IS_SUSPENDED} THEN 'suspended' ELSE c.state END`;

export const REASON_SQL = `CASE WHEN ${IS_UNPUBLISHED} THEN 'unpublished' WHEN ${IS_SUSPENDED} THEN 'suspended' ELSE c.reason END`;
