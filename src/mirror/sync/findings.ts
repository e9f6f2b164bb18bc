import type { ConnectionLife } from "../../messages.ts";
import type { World } from "../../world.ts";
import { RESOURCES, type Resource } from "../address.ts";
import { KINDS } from "../snapshot.ts";
import type { Findings } from "./judge.ts";
import type { Run } from "./run.ts";

/** One resource of a finished walk. */
export interface Walked {
  readonly resource: Resource;
  /** Rank of its first page. */
  readonly rank: number;
  readonly listed: number;
}

export interface RunFindings {
  readonly participants: Findings;
  readonly walked: readonly Walked[];
  /** False where a page is missing: the walk must not count. */
  readonly isComplete: boolean;
  /** Ids of participants that two complete walks have missed. */
  readonly doomedIds: readonly string[];
}

/** Ids in the pages of one resource of a run: ?1 connection. */
const listed = (slot: string, run: string, resource: string): string => `SELECT i.value FROM run_pages p,
  json_each(p.ids) i WHERE p.connection_id = ?1 AND p.slot = ${slot} AND p.run_id = ${run} AND p.resource = ${resource}`;

/** Present, not in the pages of run ?3 in slot ?2, untouched since its first page at ?4. */
export const MISSING = `connection_id = ?1 AND state = 'present' AND touched_at < ?4
  AND id NOT IN (${listed("?2", "?3", "'participants'")})`;

/** Missing, and missed by the complete run ?6 in slot ?5 too, whose first page was at ?7. */
export const DOOMED = `${MISSING} AND ?6 IS NOT NULL AND touched_at < ?7
  AND id NOT IN (${listed("?5", "?6", "'participants'")})`;

/** The values of `DOOMED`; the first four are those of `MISSING`. */
export const scopeOf = (
  life: ConnectionLife,
  run: Run,
  rank: number,
): readonly (string | number | null)[] => [
  life.connectionId,
  run.slot,
  run.id,
  rank,
  run.completeSlot,
  run.completeId,
  run.completeRank,
];

const MANY_ROWS = 5;

interface PageRow {
  resource: Resource;
  pages: number;
  last: number;
  listed: number;
  rank: number;
  open: number;
}

interface FoundRow {
  n: number;
  id: string;
  kind: string;
}

/**
 * Compares the pages of a finished walk with the mirror. What was left out counts as not walked, also where the refusal
 * came after some of its pages.
 */
export async function findFindings(world: World, life: ConnectionLife, run: Run): Promise<RunFindings> {
  const { raw } = world.db;
  const { results: pages } = await raw
    .prepare(
      `SELECT resource, count(*) AS pages, max(page) AS last, sum(size) AS listed,
         max(CASE page WHEN 1 THEN rank END) AS rank, sum(next_cursor IS NULL) AS open
       FROM run_pages WHERE connection_id = ?1 AND slot = ?2 AND run_id = ?3 GROUP BY resource`,
    )
    .bind(life.connectionId, run.slot, run.id)
    .all<PageRow>();
  const read = pages.filter(({ resource }) => !run.skipped.includes(resource));
  const found = new Map(read.map((row) => [row.resource, row]));
  const rank = found.get("participants")?.rank ?? 0;
  const scope = scopeOf(life, run, rank);
  const [active, missing, doomed, kinds, confirmed] = await raw.batch<FoundRow>([
    raw
      .prepare("SELECT count(*) AS n FROM participants WHERE connection_id = ?1 AND state = 'present'")
      .bind(life.connectionId),
    raw.prepare(`SELECT count(*) AS n FROM participants WHERE ${MISSING}`).bind(...scope.slice(0, 4)),
    raw.prepare(`SELECT id FROM participants WHERE ${DOOMED}`).bind(...scope),
    raw
      .prepare(
        "SELECT kind, count(*) AS n FROM resources WHERE connection_id = ?1 AND state = 'present' GROUP BY kind",
      )
      .bind(life.connectionId),
    raw
      .prepare(
        `SELECT resource AS kind FROM run_pages WHERE connection_id = ?1 AND slot = ?2 AND run_id = ?3 AND ?4
         GROUP BY resource HAVING sum(size) = 0`,
      )
      .bind(life.connectionId, run.completeSlot, run.completeId, run.isConfirmed ? 1 : 0),
  ]);
  const isConfirmedEmpty = (resource: string) => confirmed?.results.some(({ kind }) => kind === resource);
  const many = (kinds?.results ?? []).filter(({ n }) => n > MANY_ROWS).map(({ kind }) => kind);
  const doomedIds = doomed?.results.map(({ id }) => id) ?? [];
  const walked = RESOURCES.flatMap((resource) => found.get(resource) ?? []);
  return {
    isComplete: RESOURCES.every((resource) => run.skipped.includes(resource) || isWhole(found.get(resource))),
    walked,
    doomedIds,
    participants: {
      isWalked: found.has("participants"),
      listed: found.get("participants")?.listed ?? 0,
      active: active?.results[0]?.n ?? 0,
      missing: found.has("participants") ? (missing?.results[0]?.n ?? 0) : 0,
      doomed: doomedIds.length,
      emptied: walked
        .filter((row) => row.listed === 0 && many.includes(KINDS[row.resource]))
        .filter(({ resource }) => !isConfirmedEmpty(resource))
        .map((row) => row.resource),
      isConfirmed: run.isConfirmed,
    },
  };
}

/** Pages 1 … n are all there, and the last one, alone, had no cursor. */
const isWhole = (row: PageRow | undefined): boolean =>
  row !== undefined && row.pages === row.last && row.open === 1 && row.rank !== null;
