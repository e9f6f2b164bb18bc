import { databaseFor } from "../db/client.ts";
import { type Pace, paceOf } from "../lib/pace.ts";
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
  /** Of a running walk, once it can be told. */
  readonly pace: Pace | null;
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
  expected: number | null;
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
  pace: null,
};

function toSyncState(row: Row, now: number): SyncState {
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
    pace: row.state === "running" ? paceOf(row.rows, row.expected, now - row.started_at) : null,
  };
}

// While it runs, the pages that a walk has written tell how far it is; its row is written at the start and the end.
const PAGES_OF_RUN = `FROM run_pages p
  WHERE p.connection_id = r.connection_id AND p.slot = r.slot AND p.run_id = r.id`;

/** The latest walk of each connection, by connection id. */
export async function readSyncStates(
  world: World,
  connectionIds: readonly string[],
): Promise<(connectionId: string) => SyncState> {
  const { results } = await databaseFor(world, connectionIds[0] ?? "")
    .raw.prepare(
      `SELECT r.connection_id, r.kind, r.state, r.started_at, r.finished_at, r.detail, r.skipped,
         CASE r.state WHEN 'running' THEN (SELECT count(*) ${PAGES_OF_RUN}) ELSE r.pages END AS pages,
         CASE r.state WHEN 'running' THEN (SELECT coalesce(sum(p.size), 0) ${PAGES_OF_RUN}) ELSE r.rows END AS rows,
         CASE r.state WHEN 'running' THEN (SELECT sum(p.size) FROM run_pages p
           WHERE p.connection_id = r.connection_id AND p.slot = r.complete_slot AND p.run_id = r.complete_id) END AS expected
       FROM json_each(?) ids JOIN runs r ON r.connection_id = ids.value`,
    )
    .bind(JSON.stringify(connectionIds))
    .all<Row>();
  const states = new Map(results.map((row) => [row.connection_id, toSyncState(row, world.now())]));
  return (connectionId) => states.get(connectionId) ?? NONE;
}
