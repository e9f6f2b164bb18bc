import type { World } from "../../world.ts";
import type { Run } from "./run.ts";

/** SQL that sets what a walk has read, by its pages, in an UPDATE of its row. */
export const TOTALS = `
  pages = (SELECT count(*) FROM run_pages p
    WHERE p.connection_id = runs.connection_id AND p.slot = runs.slot AND p.run_id = runs.id),
  rows = (SELECT coalesce(sum(size), 0) FROM run_pages p
    WHERE p.connection_id = runs.connection_id AND p.slot = runs.slot AND p.run_id = runs.id)`;

/**
 * The statements that record a walk as a job of its connection: a new row, or the end of the one that was opened when
 * the operator asked for it.
 */
export function recordJob(
  world: World,
  connectionId: string,
  run: Pick<Run, "id" | "kind">,
  outcome: string,
  detail: string | null,
): D1PreparedStatement[] {
  const { raw } = world.db;
  const now = world.now();
  const isDone = "EXISTS (SELECT 1 FROM runs WHERE connection_id = ?1 AND id = ?3 AND finished_at = ?2)";
  return [
    raw
      .prepare(
        `UPDATE jobs SET outcome = ?4, detail = ?5, finished_at = ?2
         WHERE connection_id = ?1 AND id = ?3 AND finished_at IS NULL AND ${isDone}`,
      )
      .bind(connectionId, now, run.id, outcome, detail),
    raw
      .prepare(
        `INSERT INTO jobs (connection_id, at, id, kind, outcome, detail, finished_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?2 WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE connection_id = ?1 AND id = ?3) AND ${isDone}`,
      )
      .bind(connectionId, now, run.id, `sync.${run.kind}`, outcome, detail),
  ];
}
