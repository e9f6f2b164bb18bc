import { databaseFor } from "../db/client.ts";
import { fold } from "../lib/fold.ts";
import type { World } from "../world.ts";

/** A mirrored participant. Times are epoch ms; `updatedAt` is Revento's time of the snapshot. */
export interface MirroredParticipant {
  readonly id: string;
  readonly userId: string | null;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly role: string | null;
  readonly applicationId: string | null;
  readonly applicationStatus: string | null;
  readonly state: "present" | "cancelled";
  readonly registeredAt: number | null;
  readonly cancelledAt: number | null;
  readonly checkedInAt: number | null;
  readonly customFormFields: string | null;
  readonly updatedAt: number;
}

export interface ParticipantFilter {
  readonly applicationStatus?: string | undefined;
  readonly state?: "present" | "cancelled" | undefined;
  /** Words of a name or an e-mail address, in any case and without marks. */
  readonly q?: string | undefined;
  readonly after?: string | null;
  readonly limit: number;
}

const SELECT = `
SELECT p.id, p.user_id AS userId, p.display_name AS displayName, p.email, p.role, p.application_id AS applicationId,
  p.application_status AS applicationStatus, p.state, p.registered_at AS registeredAt, p.cancelled_at AS cancelledAt,
  c.at AS checkedInAt, p.custom_form_fields AS customFormFields, p.updated_at AS updatedAt
FROM participants p LEFT JOIN check_ins c
  ON c.connection_id = p.connection_id AND c.participant_id = p.id AND c.taken_back_at IS NULL`;

/** Rows that one step of a search reads: the database cannot fold letters, so that names are compared here. */
const SEARCH_STEP = 10_000;

/** Participants of a connection in the order of their ids, after `after`. */
export async function listMirrored(
  world: World,
  connectionId: string,
  filter: ParticipantFilter,
): Promise<readonly MirroredParticipant[]> {
  const words = fold(filter.q ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return readRows(world, connectionId, filter);
  return findByWords(world, connectionId, filter, words);
}

interface Named {
  readonly id: string;
  readonly displayName: string | null;
  readonly email: string | null;
}

async function findByWords(
  world: World,
  connectionId: string,
  filter: ParticipantFilter,
  words: readonly string[],
): Promise<readonly MirroredParticipant[]> {
  const isMatch = ({ id, displayName, email }: Named): boolean => {
    const text = fold(`${displayName ?? ""} ${email ?? ""}`);
    return id === filter.q?.trim() || words.every((word) => text.includes(word));
  };
  const found: string[] = [];
  let after = filter.after ?? "";
  while (found.length < filter.limit) {
    const rows = await readNames(world, connectionId, filter, { after, words });
    found.push(...rows.filter(isMatch).map(({ id }) => id));
    after = rows.at(-1)?.id ?? "";
    if (rows.length < SEARCH_STEP) break;
  }
  return readByIds(world, connectionId, found.slice(0, filter.limit));
}

const FILTERS = "(?3 IS NULL OR p.application_status = ?3) AND (?4 IS NULL OR p.state = ?4)";

const NAMES = "coalesce(p.display_name, '') || ' ' || coalesce(p.email, '')";

/**
 * Only what a search compares, and only of who may fit: whole rows would be most of its time. The database can fold
 * what is ASCII alone; anything else is compared here.
 */
async function readNames(
  world: World,
  connectionId: string,
  filter: ParticipantFilter,
  { after, words }: { readonly after: string; readonly words: readonly string[] },
): Promise<readonly Named[]> {
  const longest = words.toSorted((a, b) => b.length - a.length)[0] ?? "";
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(
      `SELECT p.id, p.display_name AS displayName, p.email FROM participants p
       WHERE p.connection_id = ?1 AND p.id > ?2 AND ${FILTERS}
         AND (instr(lower(${NAMES}), ?5) OR ${NAMES} GLOB '*[^ -~]*' OR p.id = ?6)
       ORDER BY p.id LIMIT ${SEARCH_STEP}`,
    )
    .bind(
      connectionId,
      after,
      filter.applicationStatus ?? null,
      filter.state ?? null,
      longest,
      filter.q?.trim() ?? "",
    )
    .all<Named>();
  return results;
}

async function readByIds(
  world: World,
  connectionId: string,
  ids: readonly string[],
): Promise<readonly MirroredParticipant[]> {
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(
      `${SELECT} WHERE p.connection_id = ? AND p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id`,
    )
    .bind(connectionId, JSON.stringify(ids))
    .all<MirroredParticipant>();
  return results;
}

async function readRows(
  world: World,
  connectionId: string,
  filter: ParticipantFilter,
): Promise<readonly MirroredParticipant[]> {
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(`${SELECT} WHERE p.connection_id = ?1 AND p.id > ?2 AND ${FILTERS} ORDER BY p.id LIMIT ?5`)
    .bind(
      connectionId,
      filter.after ?? "",
      filter.applicationStatus ?? null,
      filter.state ?? null,
      filter.limit,
    )
    .all<MirroredParticipant>();
  return results;
}

export async function findMirrored(
  world: World,
  connectionId: string,
  id: string,
): Promise<MirroredParticipant | null> {
  return databaseFor(world, connectionId)
    .raw.prepare(`${SELECT} WHERE p.connection_id = ? AND p.id = ?`)
    .bind(connectionId, id)
    .first<MirroredParticipant>();
}
