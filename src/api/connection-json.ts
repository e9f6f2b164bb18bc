import type { AppContext } from "../app-env.ts";
import { type Attendance, countAttendance } from "../attendance/index.ts";
import type { Connection } from "../connections/index.ts";
import { shownHealth } from "../health/index.ts";
import { scopeState } from "../lifecycle/index.ts";
import { readSyncStates, type SyncState } from "../records/index.ts";
import { iso, isoOrNull } from "./answer.ts";

/** Connections as the API shows them, with the latest walk and the numbers of each. */
export async function connectionsJson(c: AppContext, connections: readonly Connection[]): Promise<unknown[]> {
  const world = c.get("world");
  const ids = connections.map(({ id }) => id);
  const [syncOf, counts] = await Promise.all([
    readSyncStates(world, ids),
    Promise.all(ids.map((id) => countAttendance(world, id))),
  ]);
  return connections.map((connection, at) =>
    connectionJson(c, connection, syncOf(connection.id), counts[at]),
  );
}

function connectionJson(
  c: AppContext,
  connection: Connection,
  sync: SyncState,
  counts: Attendance | undefined,
): unknown {
  const health = shownHealth(connection, c.get("world").now());
  const scopes = scopeState(connection, c.get("world").manifest);
  return {
    event_id: connection.eventId,
    organization_id: connection.organizationId,
    event_name: connection.eventName,
    status: connection.status,
    reason: connection.status === "active" ? null : connection.reason,
    generation: connection.generation,
    connected_at: iso(connection.connectedAt),
    ended_at: isoOrNull(connection.endedAt),
    granted_scopes: connection.grantedScopes,
    missing_scopes: scopes.missing,
    declined_scopes: scopes.declined,
    grant: {
      access_expires_at: isoOrNull(connection.accessExpiresAt),
      refresh_expires_at: isoOrNull(connection.refreshExpiresAt),
      ends_at: isoOrNull(connection.grantEndsAt),
      key_id: connection.keyId,
      last4: connection.last4,
    },
    health: {
      state: health.state,
      checked_at: isoOrNull(health.checkedAt),
      since: isoOrNull(health.since),
      detail: health.detail,
    },
    sync: {
      state: sync.state,
      kind: sync.kind,
      pages: sync.pages,
      rows: sync.rows,
      started_at: isoOrNull(sync.startedAt),
      finished_at: isoOrNull(sync.finishedAt),
      rows_per_minute: sync.pace?.rowsPerMinute ?? null,
      seconds_left: sync.pace?.secondsLeft ?? null,
      detail: sync.detail,
    },
    counts: {
      participants: counts?.participants ?? 0,
      registered: counts?.registered ?? 0,
      cancelled: counts?.cancelled ?? 0,
      checked_in: counts?.checkedIn ?? 0,
    },
    erasure: {
      requested_at: isoOrNull(connection.deletionRequestedAt),
      erased_at: isoOrNull(connection.erasedAt),
    },
  };
}
