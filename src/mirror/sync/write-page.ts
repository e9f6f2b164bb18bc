import { isDataError } from "../../db/data-error.ts";
import { isDeeperThan } from "../../lib/json.ts";
import type { ConnectionLife } from "../../messages.ts";
import type { World } from "../../world.ts";
import { applyPage, type PlacedSnapshot } from "../apply.ts";
import { readPageRow } from "../snapshot.ts";
import type { FetchedPage } from "./fetch-page.ts";
import { type NotStored, nameNotStored } from "./not-stored.ts";
import type { Position, Run } from "./run.ts";

/** SQLite reads no JSON that nests deeper. */
const MAX_DEPTH = 1_000;

// Compare-and-set: of two jobs that read the same page, one writes it and goes on. A page counts only if the one
// before it was written and led here.
const LEDGER = `
INSERT INTO run_pages (connection_id, slot, resource, page, run_id, rank, read_at, size, next_cursor, ids)
SELECT r.connection_id, r.slot, ?4, ?5, r.id, ?6, ?7, ?8, ?9, ?10 FROM runs r
JOIN guards g ON g.event_id = ?11 AND g.organization_id = ?12 AND g.connection_id = r.connection_id
  AND g.generation = r.generation AND g.state = 'active'
WHERE r.connection_id = ?1 AND r.id = ?2 AND r.state = 'running' AND r.generation = ?3
  AND (?5 = 1 OR EXISTS (SELECT 1 FROM run_pages b WHERE b.connection_id = r.connection_id AND b.slot = r.slot
    AND b.resource = ?4 AND b.page = ?5 - 1 AND b.run_id = r.id AND b.next_cursor = ?13))
ON CONFLICT (connection_id, slot, resource, page) DO UPDATE SET run_id = excluded.run_id, rank = excluded.rank,
  read_at = excluded.read_at, size = excluded.size, next_cursor = excluded.next_cursor, ids = excluded.ids
WHERE run_pages.run_id <> excluded.run_id`;

/**
 * Writes a page with its ledger row in one transaction. Rows that cannot be stored keep the others from nothing: the run
 * names them, and their ids stand in the ledger, so that nobody counts as absent for it.
 * @returns `known` where another job had written the page, `not_noted` where D1 refuses the ledger row itself.
 */
export async function writePage(
  world: World,
  life: ConnectionLife,
  run: Run,
  position: Position,
  page: FetchedPage,
): Promise<"first" | "known" | "not_noted"> {
  const { placed, tooDeep } = await readRows(life, position, page);
  const ids = [...placed.map(({ snapshot }) => snapshot.row.id), ...tooDeep.map(({ id }) => id)];
  const ledger = ledgerRow(world, life, run, position, page, ids);
  const write = async (rows: readonly PlacedSnapshot[], notStored: readonly NotStored[]) => {
    const [written] = await world.db.raw.batch([
      ledger,
      ...applyPage(world, rows, run.id),
      ...nameNotStored(world, life.connectionId, run.id, position.resource, notStored),
    ]);
    const where = { connectionId: life.connectionId, runId: run.id, resource: position.resource };
    for (const { id, why } of notStored) world.log.warn("sync.row_not_stored", { ...where, id, why });
    return (written?.meta.changes ?? 0) > 0 ? "first" : "known";
  };
  try {
    return await write(placed, tooDeep);
  } catch (error) {
    if (!isDataError(error)) throw error;
  }
  const refused = await writeApart(world, run.id, placed);
  try {
    return await write([], [...tooDeep, ...refused]);
  } catch (error) {
    if (isDataError(error)) return "not_noted";
    throw error;
  }
}

interface ReadRows {
  readonly placed: readonly PlacedSnapshot[];
  readonly tooDeep: readonly NotStored[];
}

async function readRows(
  life: ConnectionLife,
  { resource }: Position,
  { rows, rank }: FetchedPage,
): Promise<ReadRows> {
  const isTooDeep = rows.map((row) => isDeeperThan(row, MAX_DEPTH));
  const read = await Promise.all(
    rows.map((row, index) => (isTooDeep[index] ? null : readPageRow(resource, row, rank))),
  );
  // A row whose content is left out is read for its id alone.
  const named = await Promise.all(
    rows.filter((_, index) => isTooDeep[index]).map(({ id }) => readPageRow(resource, { id }, rank)),
  );
  return {
    placed: read.flatMap((snapshot) => (snapshot === null ? [] : { place: life, snapshot })),
    tooDeep: named.flatMap((snapshot) =>
      snapshot === null ? [] : { id: snapshot.row.id, why: `JSON nests deeper than ${MAX_DEPTH}` },
    ),
  };
}

/** Writes rows in ever smaller groups, without the ledger. @returns those that D1 refuses alone. */
async function writeApart(
  world: World,
  runId: string,
  placed: readonly PlacedSnapshot[],
): Promise<readonly NotStored[]> {
  const [first] = placed;
  if (first === undefined) return [];
  try {
    await world.db.raw.batch(applyPage(world, placed, runId));
    return [];
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (placed.length === 1) return [{ id: first.snapshot.row.id, why: String(error) }];
  }
  const half = Math.ceil(placed.length / 2);
  return [
    ...(await writeApart(world, runId, placed.slice(0, half))),
    ...(await writeApart(world, runId, placed.slice(half))),
  ];
}

function ledgerRow(
  world: World,
  life: ConnectionLife,
  run: Run,
  position: Position,
  { rank, nextCursor }: FetchedPage,
  ids: readonly string[],
): D1PreparedStatement {
  return world.db.raw
    .prepare(LEDGER)
    .bind(
      life.connectionId,
      run.id,
      run.generation,
      position.resource,
      position.page,
      rank,
      world.now(),
      ids.length,
      nextCursor,
      JSON.stringify(ids),
      life.eventId,
      life.organizationId,
      position.cursor,
    );
}
