import type { ConnectionLife } from "../../messages.ts";
import type { World } from "../../world.ts";
import { RESOURCES, type Resource, scopeOfResource } from "../address.ts";
import { NOT_SUSPENDED } from "../gates.ts";

/** The run of a connection, as its jobs need it. */
export interface Run {
  readonly id: string;
  readonly state: "running" | "complete" | "frozen" | "failed" | "abandoned";
  readonly kind: "initial" | "reconcile";
  readonly generation: number;
  readonly slot: number;
  readonly follows: number;
  readonly skipped: readonly string[];
  readonly completeId: string | null;
  readonly completeSlot: number | null;
  /** Rank of the first page of `participants` in the last complete run. */
  readonly completeRank: number | null;
  readonly isConfirmed: boolean;
  /** The walk that begins because this one ended, until it has begun; null where none does. */
  readonly followJob: string | null;
  /** Whether the life that it began in goes on. */
  readonly isOpen: boolean;
}

interface Row extends Omit<Run, "skipped" | "isConfirmed" | "isOpen"> {
  skipped: string;
  isConfirmed: number;
  isOpen: number;
}

/** The latest run of a connection, or null. */
export async function findRun(world: World, life: ConnectionLife): Promise<Run | null> {
  const row = await world.db.raw
    .prepare(
      `SELECT id, state, kind, generation, slot, follows, skipped, complete_id AS completeId,
         complete_slot AS completeSlot, complete_ranks->>'$.participants' AS completeRank, is_confirmed AS isConfirmed,
         follow_job AS followJob,
         EXISTS (SELECT 1 FROM guards g WHERE g.event_id = ?2 AND g.organization_id = ?3 AND g.connection_id = ?1
           AND g.generation = runs.generation AND g.state = 'active' AND ${NOT_SUSPENDED}) AS isOpen
       FROM runs WHERE connection_id = ?1`,
    )
    .bind(life.connectionId, life.eventId, life.organizationId)
    .first<Row>();
  if (row === null) return null;
  return {
    ...row,
    skipped: JSON.parse(row.skipped) as string[],
    isConfirmed: row.isConfirmed === 1,
    isOpen: row.isOpen === 1,
  };
}

/** The page to read next. */
export interface Position {
  readonly resource: Resource;
  /** From 1. */
  readonly page: number;
  readonly cursor: string | null;
}

/** Where a walk begins, or goes on after the last page of a resource; null where nothing is left. */
export function firstAfter(resource: Resource | null, skipped: readonly string[]): Position | null {
  const left = resource === null ? RESOURCES : RESOURCES.slice(RESOURCES.indexOf(resource) + 1);
  const next = left.find((name) => !skipped.includes(name));
  return next === undefined ? null : { resource: next, page: 1, cursor: null };
}

/** The position after a page: its cursor, or the next resource; null at the end of the walk. */
export function positionAfter(
  { resource, page }: Position,
  nextCursor: string | null,
  skipped: readonly string[],
): Position | null {
  return nextCursor === null
    ? firstAfter(resource, skipped)
    : { resource, page: page + 1, cursor: nextCursor };
}

/** What one scope unlocks: refused for one resource, it is for all of them. */
export const resourcesOf = (scope: string): readonly Resource[] =>
  RESOURCES.filter((resource) => scopeOfResource(resource) === scope);

/** What a connection's scopes do not cover, and that in words; no call is made to find it out. */
export function leftOut(grantedScopes: readonly string[]): {
  readonly skipped: readonly Resource[];
  readonly detail: string | null;
} {
  const refused = [...new Set(RESOURCES.map(scopeOfResource))].filter(
    (scope) => !grantedScopes.includes(scope),
  );
  const words = refused.map((scope) => `${resourcesOf(scope).join(", ")}: ${scope} was not granted`);
  return { skipped: refused.flatMap(resourcesOf), detail: words.length === 0 ? null : words.join("; ") };
}

export const isResource = (name: string): name is Resource => RESOURCES.some((resource) => resource === name);

/** Where a walk stands by the pages it has written: after a crash, or when a message was lost. */
export async function resumePosition(world: World, connectionId: string, run: Run): Promise<Position | null> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT resource, max(page) AS page, next_cursor AS cursor FROM run_pages
       WHERE connection_id = ?1 AND slot = ?2 AND run_id = ?3 GROUP BY resource`,
    )
    .bind(connectionId, run.slot, run.id)
    .all<{ resource: string; page: number; cursor: string | null }>();
  const done = new Map(results.map((row) => [row.resource, row]));
  for (const resource of RESOURCES) {
    if (run.skipped.includes(resource)) continue;
    const last = done.get(resource);
    if (last === undefined) return { resource, page: 1, cursor: null };
    if (last.cursor !== null) return { resource, page: last.page + 1, cursor: last.cursor };
  }
  return null;
}

/** Sends the job that reads a page; without a position, the one that goes on from what is written. */
export async function sendPage(
  world: World,
  life: ConnectionLife,
  runId: string,
  position: Position | null,
): Promise<void> {
  await world.env.SYNC.send({ kind: "sync.page", life, runId, ...(position ?? { page: 0 }) });
}
