import { ACK, type Verdict } from "../../lib/verdict.ts";
import type { ConnectionLife, SyncMessage } from "../../messages.ts";
import type { World } from "../../world.ts";
import { applyPage } from "../apply.ts";
import { readPageRow } from "../snapshot.ts";
import { failRun } from "./fail.ts";
import { type FetchedPage, fetchPage } from "./fetch-page.ts";
import { finishRun } from "./finish.ts";
import { judgeFailure, type PageVerdict } from "./judge.ts";
import {
  findRun,
  isResource,
  type Position,
  positionAfter,
  type Run,
  resourcesOf,
  resumePosition,
  sendPage,
} from "./run.ts";
import { followUp } from "./start.ts";

type PageMessage = Extract<SyncMessage, { kind: "sync.page" }>;

/** `sync.page`: reads one page into the mirror and asks for the next; after the last, judges the walk. */
export async function runPage(world: World, message: PageMessage, attempts: number): Promise<Verdict> {
  const { life, runId } = message;
  const run = await findRun(world, life);
  if (run === null || run.id !== runId || run.generation !== life.generation) return ACK;
  if (run.state !== "running") {
    // A crash after its end was written, before the walk that follows was asked for.
    if (attempts > 1 && run.followJob !== null) await world.env.SYNC.send(followUp(life, run, run.followJob));
    return ACK;
  }
  if (!run.isOpen) return failRun(world, life, run, { why: "the connection is over", isRestarted: false });
  const position = positionOf(message) ?? (await resumePosition(world, life.connectionId, run));
  if (position === null) return finishRun(world, life, run);
  if (await isWritten(world, life, run, position)) {
    // A redelivery after a crash may have to ask for the next page; a mere duplicate must not begin a second chain.
    if (attempts > 1) await goOn(world, life, run, await resumePosition(world, life.connectionId, run));
    return ACK;
  }
  const page = await fetchPage(world, life, position);
  if (!page.ok)
    return settleFailure(world, life, run, position, judgeFailure(page.failure, position, attempts));
  const isFirst = await writePage(world, life, run, position, page.value);
  return isFirst ? goOn(world, life, run, positionAfter(position, page.value.nextCursor, run.skipped)) : ACK;
}

function positionOf({ resource, page, cursor = null }: PageMessage): Position | null {
  return resource !== undefined && isResource(resource) ? { resource, page, cursor } : null;
}

async function goOn(world: World, life: ConnectionLife, run: Run, next: Position | null): Promise<Verdict> {
  if (next === null) return finishRun(world, life, run);
  await sendPage(world, life, run.id, next);
  return ACK;
}

async function isWritten(world: World, life: ConnectionLife, run: Run, position: Position): Promise<boolean> {
  const row = await world.db.raw
    .prepare(
      `SELECT 1 AS yes FROM run_pages
       WHERE connection_id = ?1 AND slot = ?2 AND resource = ?3 AND page = ?4 AND run_id = ?5`,
    )
    .bind(life.connectionId, run.slot, position.resource, position.page, run.id)
    .first();
  return row !== null;
}

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

/** Writes a page with its ledger row in one transaction. @returns false where another job had written it. */
async function writePage(
  world: World,
  life: ConnectionLife,
  run: Run,
  position: Position,
  { rows, rank, nextCursor }: FetchedPage,
): Promise<boolean> {
  const read = await Promise.all(rows.map((row) => readPageRow(position.resource, row, rank)));
  const snapshots = read.filter((snapshot) => snapshot !== null);
  const ids = JSON.stringify(snapshots.map(({ row }) => row.id));
  const ledger = world.db.raw
    .prepare(LEDGER)
    .bind(
      life.connectionId,
      run.id,
      run.generation,
      position.resource,
      position.page,
      rank,
      world.now(),
      snapshots.length,
      nextCursor,
      ids,
      life.eventId,
      life.organizationId,
      position.cursor,
    );
  const placed = snapshots.map((snapshot) => ({ place: life, snapshot }));
  const [written] = await world.db.raw.batch([ledger, ...applyPage(world, placed, run.id)]);
  return (written?.meta.changes ?? 0) > 0;
}

async function settleFailure(
  world: World,
  life: ConnectionLife,
  run: Run,
  position: Position,
  verdict: PageVerdict,
): Promise<Verdict> {
  switch (verdict.do) {
    case "again":
    case "retry":
      return verdict;
    case "skip":
      return skip(world, life, run, position, verdict);
    case "fail":
      return failRun(world, life, run, verdict);
  }
}

/** Leaves out what Revento refuses although it was granted, and all that the same scope unlocks; the run says so. */
async function skip(
  world: World,
  life: ConnectionLife,
  run: Run,
  position: Position,
  { why, scope }: Extract<PageVerdict, { do: "skip" }>,
): Promise<Verdict> {
  const refused = scope === null ? [position.resource] : resourcesOf(scope);
  const skipped = [...new Set([...run.skipped, ...refused, position.resource])];
  await world.db.raw
    .prepare(
      `UPDATE runs SET skipped = ?3, detail = ?4 WHERE connection_id = ?1 AND id = ?2 AND state = 'running'`,
    )
    .bind(life.connectionId, run.id, JSON.stringify(skipped), `${skipped.join(", ")}: ${why}`)
    .run();
  const next = { ...run, skipped };
  return goOn(world, life, next, await resumePosition(world, life.connectionId, next));
}
