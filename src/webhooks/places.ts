import type { Place } from "../mirror/index.ts";
import type { Happening } from "../outbox/index.ts";
import type { World } from "../world.ts";

const keyOf = (eventId: string, organizationId: string): string => `${eventId}\n${organizationId}`;

export type Places = ReadonlyMap<string, Place>;

interface GuardRow {
  connection_id: string;
  event_id: string;
  organization_id: string;
}

/** The surrogate ids of the connections that happenings name: one read a batch. Whether they may write, the writes ask. */
export async function findPlaces(world: World, happenings: readonly Happening[]): Promise<Places> {
  const keys = new Map<string, { e: string; o: string }>();
  for (const { eventId: e, organizationId: o } of happenings) {
    if (e !== null && o !== null) keys.set(keyOf(e, o), { e, o });
  }
  if (keys.size === 0) return new Map();
  const { results } = await world.db.raw
    .prepare(
      `SELECT g.connection_id, g.event_id, g.organization_id FROM json_each(?1) k
       JOIN guards g ON g.event_id = k.value->>'$.e' AND g.organization_id = k.value->>'$.o'`,
    )
    .bind(JSON.stringify([...keys.values()]))
    .all<GuardRow>();
  return new Map(
    results.map(({ connection_id, event_id, organization_id }) => [
      keyOf(event_id, organization_id),
      { connectionId: connection_id, eventId: event_id, organizationId: organization_id },
    ]),
  );
}

/** The connection of a happening; null where there is none, or where it is about the whole integration. */
export function placeOf(places: Places, { eventId, organizationId }: Happening): Place | null {
  if (eventId === null || organizationId === null) return null;
  return places.get(keyOf(eventId, organizationId)) ?? null;
}
