import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";

export interface SyncState {
  readonly state: "idle" | "running" | "frozen" | "failed";
  readonly kind: "initial" | "reconcile" | null;
  readonly pages: number;
  readonly rows: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly detail: string | null;
  readonly skipped: readonly string[];
}

interface Row {
  connection_id: string;
  kind: "initial" | "reconcile";
  state: string;
  pages: number;
  rows: number;
  started_at: number;
  finished_at: number | null;
  detail: string | null;
  skipped: string;
}

const NONE: SyncState = {
  state: "idle",
  kind: null,
  pages: 0,
  rows: 0,
  startedAt: null,
  finishedAt: null,
  detail: null,
  skipped: [],
};

function toSyncState(row: Row): SyncState {
  const isKnown = row.state === "running" || row.state === "frozen" || row.state === "failed";
  return {
    state: isKnown ? (row.state as "running" | "frozen" | "failed") : "idle",
    kind: row.kind,
    pages: row.pages,
    rows: row.rows,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    detail: row.detail,
    skipped: JSON.parse(row.skipped) as string[],
  };
}

/** The latest walk of each connection, by connection id. */
export async function readSyncStates(
  world: World,
  connectionIds: readonly string[],
): Promise<(connectionId: string) => SyncState> {
  const { results } = await databaseFor(world, connectionIds[0] ?? "")
    .raw.prepare(
      `SELECT r.connection_id, r.kind, r.state, r.pages, r.rows, max(r.started_at) AS started_at, r.finished_at,
         r.detail, r.skipped
       FROM json_each(?) ids JOIN runs r ON r.connection_id = ids.value GROUP BY r.connection_id`,
    )
    .bind(JSON.stringify(connectionIds))
    .all<Row>();
  const states = new Map(results.map((row) => [row.connection_id, toSyncState(row)]));
  return (connectionId) => states.get(connectionId) ?? NONE;
}
