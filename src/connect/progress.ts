import { databaseFor } from "../db/client.ts";
import { type Pace, paceOf } from "../lib/pace.ts";
import type { World } from "../world.ts";

export interface SyncProgress {
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly isOver: boolean;
  readonly rows: number;
  readonly participants: number;
  /** Of a running walk, once it can be told. */
  readonly pace: Pace | null;
}

interface ProgressRow {
  state: string | null;
  rows: number | null;
  started_at: number | null;
  participants: number;
}

const PROGRESS = `
SELECT (SELECT state FROM runs WHERE connection_id = ?1) AS state,
  (SELECT started_at FROM runs WHERE connection_id = ?1) AS started_at,
  (SELECT CASE r.state WHEN 'running' THEN (SELECT coalesce(sum(p.size), 0) FROM run_pages p
     WHERE p.connection_id = ?1 AND p.slot = r.slot AND p.run_id = r.id) ELSE r.rows END
   FROM runs r WHERE r.connection_id = ?1) AS rows,
  (SELECT count(*) FROM participants WHERE connection_id = ?1 AND state = 'present') AS participants`;

/** How far the latest walk over a connection's data is. */
export async function progressOf(world: World, connectionId: string): Promise<SyncProgress> {
  const row = await databaseFor(world, connectionId)
    .raw.prepare(PROGRESS)
    .bind(connectionId)
    .first<ProgressRow>();
  const state = nameOf(row?.state ?? null);
  return {
    state,
    isOver: state === "done" || state === "failed",
    rows: row?.rows ?? 0,
    participants: row?.participants ?? 0,
    pace: state === "running" ? paceOf(row?.rows ?? 0, null, world.now() - (row?.started_at ?? 0)) : null,
  };
}

function nameOf(state: string | null): SyncProgress["state"] {
  if (state === null) return "waiting";
  if (state === "running") return "running";
  return state === "complete" || state === "frozen" ? "done" : "failed";
}
