import { databaseFor } from "../db/client.ts";
import { fold } from "../lib/fold.ts";
import type { World } from "../world.ts";
import { FLAG_SQL, type Flag } from "./check-in.ts";

/** What somebody at a door needs to see of a person: no e-mail address, no form answers. */
export interface Guest {
  /** Also the badge code. */
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly flag: Flag | null;
  readonly isRegistered: boolean;
  readonly checkedInAt: number | null;
}

interface GuestRow {
  id: string;
  name: string | null;
  role: string | null;
  flag: Flag | null;
  registered_at: number | null;
  at: number | null;
}

// Who cancelled before arriving stays in the list: the door has to be able to say so.
const SELECT = `
SELECT p.id, p.display_name AS name, p.role, ${FLAG_SQL} AS flag, p.registered_at, c.at
FROM participants p LEFT JOIN check_ins c
  ON c.connection_id = p.connection_id AND c.participant_id = p.id AND c.taken_back_at IS NULL
WHERE p.connection_id = ?`;

const toGuest = (row: GuestRow): Guest => ({
  id: row.id,
  name: row.name ?? row.id,
  role: row.role,
  flag: row.flag,
  isRegistered: row.registered_at !== null,
  checkedInAt: row.at,
});

/** Everybody of an event, for a device that goes on without a connection. */
export async function listGuests(world: World, connectionId: string): Promise<readonly Guest[]> {
  const { raw } = databaseFor(world, connectionId);
  const { results } = await raw.prepare(SELECT).bind(connectionId).all<GuestRow>();
  return results.map(toGuest).sort((a, b) => a.name.localeCompare(b.name));
}

/** What a search found. */
export interface Found {
  /** What was typed; empty where nothing was searched for. */
  readonly query: string;
  /** The first of them. */
  readonly guests: readonly Guest[];
  /** How many there are. */
  readonly all: number;
}

/** As many as `desk.js` shows. */
const MAX_SHOWN = 20;

/**
 * Guests whose name has every word of `query` somewhere, whatever marks and case were typed, or whose badge code it
 * is. The database cannot fold letters, so that the names are compared here.
 */
export async function searchGuests(world: World, connectionId: string, query: string): Promise<Found> {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return { query, guests: [], all: 0 };
  const found = (await listGuests(world, connectionId)).filter(
    ({ id, name }) => id === query.trim() || words.every((word) => fold(name).includes(word)),
  );
  return { query, guests: found.slice(0, MAX_SHOWN), all: found.length };
}

/** Guests whose arrival after registration became questionable: cancelled, or not approved any more. */
export async function listConflicts(world: World, connectionId: string): Promise<readonly Guest[]> {
  const { raw } = databaseFor(world, connectionId);
  const { results } = await raw
    .prepare(`${SELECT} AND c.at IS NOT NULL AND (${FLAG_SQL}) IS NOT NULL ORDER BY c.at DESC LIMIT 200`)
    .bind(connectionId)
    .all<GuestRow>();
  return results.map(toGuest);
}

export interface Change {
  readonly id: string;
  readonly checkedInAt: number | null;
}

/** Arrivals recorded or taken back after `since` (our clock, epoch ms), for the other doors. */
export async function listChanges(
  world: World,
  connectionId: string,
  since: number,
): Promise<readonly Change[]> {
  const { raw } = databaseFor(world, connectionId);
  const { results } = await raw
    .prepare(
      `SELECT participant_id AS id, CASE WHEN taken_back_at IS NULL THEN at END AS checkedInAt
       FROM check_ins WHERE connection_id = ? AND recorded_at >= ?`,
    )
    .bind(connectionId, since)
    .all<Change>();
  return results;
}
