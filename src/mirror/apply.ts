import type { World } from "../world.ts";
import type { Address, Resource } from "./address.ts";
import type { ParticipantRow } from "./participant-row.ts";
import type { Snapshot } from "./snapshot.ts";
import { upsertFromPage, upsertFromWebhooks } from "./upsert-participants.ts";
import {
  type ResourceRow,
  upsertResourcesFromPage,
  upsertResourcesFromWebhooks,
} from "./upsert-resources.ts";

/** The connection that a snapshot belongs to. `generation` is set for rows of a run. */
export interface Place {
  readonly connectionId: string;
  readonly eventId: string;
  readonly organizationId: string;
  readonly generation?: number;
}

export interface PlacedSnapshot {
  readonly place: Place;
  readonly snapshot: Snapshot;
}

const PROGRAM_PARTS: readonly Resource[] = ["activities", "threads", "locations"];

/** The key of the cached program in `caches`: dropped when a part of it changes. */
export const PROGRAM_CACHE_KEY = "program";

/**
 * The statements that apply webhooks' snapshots, for the caller's batch. Each holds its own guards: a snapshot for a
 * connection that has ended, or that is contained already, or that is older than what is there, writes nothing.
 */
export function applySnapshots(world: World, placed: readonly PlacedSnapshot[]): D1PreparedStatement[] {
  const { participants, resources } = split(placed);
  const changed = resources.filter(({ res }) => PROGRAM_PARTS.includes(res)).map(({ c }) => c);
  return [
    ...upsertFromWebhooks(world, participants),
    ...upsertResourcesFromWebhooks(world, resources),
    ...invalidateProgram(world, changed),
  ];
}

/** The statements that apply one page of a run. */
export function applyPage(
  world: World,
  placed: readonly PlacedSnapshot[],
  runId: string,
): D1PreparedStatement[] {
  const { participants, resources } = split(placed);
  return [...upsertFromPage(world, participants, runId), ...upsertResourcesFromPage(world, resources, runId)];
}

/** The statement that drops the cached program of connections; none where none is named. */
export function invalidateProgram(world: World, connectionIds: readonly string[]): D1PreparedStatement[] {
  if (connectionIds.length === 0) return [];
  return [
    world.db.raw
      .prepare("DELETE FROM caches WHERE connection_id IN (SELECT value FROM json_each(?1)) AND key = ?2")
      .bind(JSON.stringify([...new Set(connectionIds)]), PROGRAM_CACHE_KEY),
  ];
}

function split(placed: readonly PlacedSnapshot[]): {
  participants: (Address & ParticipantRow)[];
  resources: ResourceRow[];
} {
  const participants: (Address & ParticipantRow)[] = [];
  const resources: ResourceRow[] = [];
  for (const { place, snapshot } of placed) {
    const { connectionId: c, eventId: e, organizationId: o, generation: g } = place;
    const address = { c, e, o, ...(g === undefined ? {} : { g }) };
    if (snapshot.of === "participant") participants.push({ ...snapshot.row, ...address });
    else resources.push({ ...snapshot.row, ...address });
  }
  return { participants, resources };
}
