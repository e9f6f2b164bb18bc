import { ACK, type Verdict } from "../../lib/verdict.ts";
import type { ConnectionLife, SyncMessage } from "../../messages.ts";
import type { World } from "../../world.ts";
import { failRun } from "./fail.ts";
import { fetchPage } from "./fetch-page.ts";
import { finishRun } from "./finish.ts";
import { judgeFailure, type PageVerdict } from "./judge.ts";
import { AND_NOT_STORED } from "./not-stored.ts";
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
import { writePage } from "./write-page.ts";

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
  const written = await writePage(world, life, run, position, page.value);
  if (written === "not_noted") {
    return failRun(world, life, run, {
      why: `${position.resource}: a page that the database does not take`,
      isRestarted: false,
    });
  }
  const next = positionAfter(position, page.value.nextCursor, run.skipped);
  return written === "first" ? goOn(world, life, run, next) : ACK;
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
      `UPDATE runs SET skipped = ?3, detail = ?4 ${AND_NOT_STORED} WHERE connection_id = ?1 AND id = ?2 AND state = 'running'`,
    )
    .bind(life.connectionId, run.id, JSON.stringify(skipped), `${skipped.join(", ")}: ${why}`)
    .run();
  const next = { ...run, skipped };
  return goOn(world, life, next, await resumePosition(world, life.connectionId, next));
}
