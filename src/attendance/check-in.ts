import { type Connection, findConnectionById } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import { fail, ok, type Result } from "../failure.ts";
import type { World } from "../world.ts";
import { announce } from "./announce.ts";

export type CheckedBy = "door" | "organizer" | "operator";

/** Why somebody at the door needs a second look. Nobody is kept from checking them in. */
export type Flag = "cancelled" | "not_approved";

export interface CheckIn {
  readonly participantId: string;
  /** When the person arrived, our clock, epoch ms; null where the arrival was taken back. */
  readonly at: number | null;
  /** False where it had been recorded before: a second tap, or another door. */
  readonly isNew: boolean;
  readonly flag: Flag | null;
}

export interface Arrival {
  readonly participantId: string;
  /** Epoch ms; never in the future. */
  readonly at?: number | undefined;
  readonly by: CheckedBy;
}

export const FLAG_SQL = `CASE WHEN p.state = 'cancelled' THEN 'cancelled'
  WHEN p.application_status IS NOT NULL AND p.application_status <> 'approved' THEN 'not_approved' END`;

// The earliest arrival stays, whichever door's message comes first; one that was taken back counts again only when the
// person came after that. A connection that has ended takes nothing.
const RECORD = `
INSERT INTO check_ins (connection_id, participant_id, at, by, recorded_at)
SELECT p.connection_id, p.id, ?3, ?4, ?5 FROM participants p
WHERE p.connection_id = ?1 AND p.id = ?2
  AND EXISTS (SELECT 1 FROM guards g WHERE g.connection_id = ?1 AND g.state <> 'ended')
ON CONFLICT (connection_id, participant_id) DO UPDATE SET at = excluded.at, by = excluded.by,
  recorded_at = excluded.recorded_at, taken_back_at = NULL
WHERE (check_ins.taken_back_at IS NULL AND excluded.at < check_ins.at)
  OR (check_ins.taken_back_at IS NOT NULL AND excluded.at > check_ins.taken_back_at)
RETURNING at`;

const TAKE_BACK = `
UPDATE check_ins SET taken_back_at = ?3, recorded_at = ?4
WHERE connection_id = ?1 AND participant_id = ?2 AND taken_back_at IS NULL AND at <= ?3
RETURNING at`;

const LOOK = `
SELECT c.at, c.recorded_at, c.taken_back_at, ${FLAG_SQL} AS flag FROM participants p
LEFT JOIN check_ins c ON c.connection_id = p.connection_id AND c.participant_id = p.id
WHERE p.connection_id = ?1 AND p.id = ?2`;

interface LookRow {
  at: number | null;
  taken_back_at: number | null;
  flag: Flag | null;
}

/** Records an arrival. Doing it twice, or at two doors at once, changes nothing. Fails where nobody has this id. */
export async function recordCheckIn(
  world: World,
  connection: Connection,
  arrival: Arrival,
): Promise<Result<CheckIn>> {
  const { id } = connection;
  const now = world.now();
  const at = Math.min(arrival.at ?? now, now);
  const { raw } = databaseFor(world, id);
  const [before, , after] = await raw.batch<LookRow>([
    raw.prepare(LOOK).bind(id, arrival.participantId),
    raw.prepare(RECORD).bind(id, arrival.participantId, at, arrival.by, now),
    raw.prepare(LOOK).bind(id, arrival.participantId),
  ]);
  return settle(world, connection, arrival.participantId, before?.results[0], after?.results[0]);
}

/** Takes an arrival back. Nothing happens where there is none. */
export async function takeBackCheckIn(
  world: World,
  connection: Connection,
  undoing: { readonly participantId: string; readonly at?: number | undefined },
): Promise<Result<CheckIn>> {
  const { id } = connection;
  const now = world.now();
  const { raw } = databaseFor(world, id);
  const [before, , after] = await raw.batch<LookRow>([
    raw.prepare(LOOK).bind(id, undoing.participantId),
    raw.prepare(TAKE_BACK).bind(id, undoing.participantId, Math.min(undoing.at ?? now, now), now),
    raw.prepare(LOOK).bind(id, undoing.participantId),
  ]);
  return settle(world, connection, undoing.participantId, before?.results[0], after?.results[0]);
}

async function settle(
  world: World,
  connection: Connection,
  participantId: string,
  before: LookRow | undefined,
  after: LookRow | undefined,
): Promise<Result<CheckIn>> {
  if (after === undefined) return fail({ kind: "not_found", what: "participant" });
  const [was, is] = [arrivalOf(before), arrivalOf(after)];
  if (was === is && is === null && (await isOver(world, connection.id))) {
    return fail({ kind: "not_connected", status: "ended", reason: connection.reason });
  }
  const isNew = (was === null) !== (is === null);
  if (was !== is) await announce(world, connection);
  return ok({ participantId, at: is, isNew, flag: after.flag });
}

const arrivalOf = (row: LookRow | undefined): number | null =>
  row === undefined || row.taken_back_at !== null ? null : row.at;

const isOver = async (world: World, connectionId: string): Promise<boolean> =>
  (await findConnectionById(world, connectionId))?.status === "ended";
