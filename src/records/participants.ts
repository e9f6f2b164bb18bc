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
const SEARCH_STEP = 4_000;

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
  const isMatch = ({ id, displayName, email }: MirroredParticipant): boolean => {
    const text = fold(`${displayName ?? ""} ${email ?? ""}`);
    return id === filter.q?.trim() || words.every((word) => text.includes(word));
  };
  const found: MirroredParticipant[] = [];
  let after = filter.after ?? null;
  while (found.length < filter.limit) {
    const rows = await readRows(world, connectionId, { ...filter, after, limit: SEARCH_STEP });
    found.push(...rows.filter(isMatch));
    after = rows.at(-1)?.id ?? null;
    if (rows.length < SEARCH_STEP) break;
  }
  return found.slice(0, filter.limit);
}

async function readRows(
  world: World,
  connectionId: string,
  filter: ParticipantFilter,
): Promise<readonly MirroredParticipant[]> {
  const { results } = await databaseFor(world, connectionId)
    .raw.prepare(
      `${SELECT} WHERE p.connection_id = ?1 AND p.id > ?2 AND (?3 IS NULL OR p.application_status = ?3)
         AND (?4 IS NULL OR p.state = ?4) ORDER BY p.id LIMIT ?5`,
    )
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
