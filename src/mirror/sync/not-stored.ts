import { countWalk } from "../../connections/index.ts";
import type { World } from "../../world.ts";

/** A row of a page that cannot be kept. */
export interface NotStored {
  readonly id: string;
  readonly why: string;
}

/** How a run's detail begins to name them: always at its end. */
const WORDS = "not stored: ";
const MAX_DETAIL_LENGTH = 2_000;
const MAX_ID_LENGTH = 100;

/** SQL that follows a new detail of a run, in an UPDATE of its row: what was not stored stays named. */
export const AND_NOT_STORED = `|| coalesce('; ' || substr(detail, nullif(instr(detail, '${WORDS}'), 0)), '')`;

const NAME = `
UPDATE runs SET detail = substr(coalesce(detail || '; ', '') || ?3, 1, ${MAX_DETAIL_LENGTH})
WHERE connection_id = ?1 AND id = ?2 AND instr(coalesce(detail, ''), ?3) = 0`;

/** The statements that name the rows of a page that could not be stored in the run, and count them. */
export function nameNotStored(
  world: World,
  connectionId: string,
  runId: string,
  resource: string,
  rows: readonly NotStored[],
): D1PreparedStatement[] {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id.slice(0, MAX_ID_LENGTH)).join(", ");
  return [
    world.db.raw.prepare(NAME).bind(connectionId, runId, `${WORDS}${resource} ${ids}`),
    countWalk(world, "row_not_stored", rows.length),
  ];
}
