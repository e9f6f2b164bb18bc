import type { World } from "../world.ts";

/** One row a thing that was tried: `queue:…`, `alerts`, `report`. Only the last try is kept. */
export interface Trial {
  readonly name: string;
  readonly id: string;
  /** Our clock, epoch ms. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** JSON. */
  readonly detail: string | null;
}

interface TrialRow {
  name: string;
  id: string;
  started_at: number;
  finished_at: number | null;
  detail: string | null;
}

export async function listTrials(world: World): Promise<readonly Trial[]> {
  const { results } = await world.db.raw
    .prepare("SELECT name, id, started_at, finished_at, detail FROM trials ORDER BY name")
    .all<TrialRow>();
  return results.map((row) => ({
    name: row.name,
    id: row.id,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    detail: row.detail,
  }));
}

const BEGIN = `
INSERT INTO trials (name, id, started_at) SELECT value, ?2, ?3 FROM json_each(?1) WHERE true
ON CONFLICT (name) DO UPDATE SET id = excluded.id, started_at = excluded.started_at, finished_at = NULL, detail = NULL`;

/** Begins trials anew; what an earlier one may still bring back no longer counts. */
export async function beginTrials(world: World, names: readonly string[], id: string): Promise<void> {
  await world.db.raw.prepare(BEGIN).bind(JSON.stringify(names), id, world.now()).run();
}

/** Ends a trial, if it is still the one that began under this id. */
export async function finishTrial(
  world: World,
  name: string,
  id: string,
  detail: unknown = null,
): Promise<void> {
  await world.db.raw
    .prepare("UPDATE trials SET finished_at = ?3, detail = ?4 WHERE name = ?1 AND id = ?2")
    .bind(name, id, world.now(), detail === null ? null : JSON.stringify(detail))
    .run();
}
