import type { Connection, ConnectionReason, ConnectionStatus } from "./connection.ts";

/** A row as D1 gives it; checked against the schema by the registry's tests. */
export interface ConnectionRow {
  id: string;
  event_id: string;
  organization_id: string;
  generation: number;
  status: ConnectionStatus;
  true_reason: ConnectionReason | null;
  connected_at: number;
  life_started_at: number;
  ended_at: number | null;
  deletion_requested_at: number | null;
  erased_at: number | null;
  created_at: number;
  granted_scopes: string;
  asked_scopes: string;
  access_expires_at: number | null;
  refresh_expires_at: number | null;
  grant_ends_at: number | null;
  key_id: string | null;
  last4: string | null;
  health_state: Connection["healthState"];
  health_checked_at: number | null;
  health_since: number | null;
  health_detail: string | null;
  health_streak: number;
  event_name: string | null;
}

export function toConnection(row: ConnectionRow): Connection {
  return {
    id: row.id,
    eventId: row.event_id,
    organizationId: row.organization_id,
    generation: row.generation,
    status: row.status,
    reason: row.true_reason,
    connectedAt: row.connected_at,
    lifeStartedAt: row.life_started_at,
    endedAt: row.ended_at,
    deletionRequestedAt: row.deletion_requested_at,
    erasedAt: row.erased_at,
    createdAt: row.created_at,
    grantedScopes: JSON.parse(row.granted_scopes) as string[],
    askedScopes: JSON.parse(row.asked_scopes) as string[],
    accessExpiresAt: row.access_expires_at,
    refreshExpiresAt: row.refresh_expires_at,
    grantEndsAt: row.grant_ends_at,
    keyId: row.key_id,
    last4: row.last4,
    healthState: row.health_state,
    healthCheckedAt: row.health_checked_at,
    healthSince: row.health_since,
    healthDetail: row.health_detail,
    healthStreak: row.health_streak,
    eventName: row.event_name,
  };
}
