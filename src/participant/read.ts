import type { Connection } from "../connections/index.ts";
import { cached } from "../db/cache.ts";
import type { Result } from "../failure.ts";
import { revento, reventoAsUser } from "../grants/index.ts";
import { findMirrored } from "../records/index.ts";
import type { ReventoApplication, ReventoProfile } from "../revento/index.ts";
import type { World } from "../world.ts";
import { type ProgramDay, readProgramDays } from "./program.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The person's own token, for this event alone. A profile is stable: an hour (seed `004`, "Caching"). */
export function readOwnProfile(
  world: World,
  connection: Connection,
  userId: string,
): Promise<Result<ReventoProfile>> {
  const place = { connectionId: connection.id, key: `profile/${userId}`, userId, freshMs: HOUR_MS };
  const { eventId } = connection;
  return cached(world, place, () => reventoAsUser(world, { userId, eventId }).profile());
}

/** The person's application for this event; a minute, so that loading again does not spend their rate limit. */
export async function readOwnApplication(
  world: World,
  connection: Connection,
  userId: string,
): Promise<Result<ReventoApplication | null>> {
  const place = { connectionId: connection.id, key: `application/${userId}`, userId, freshMs: MINUTE_MS };
  const { eventId } = connection;
  const list = await cached(world, place, () => reventoAsUser(world, { userId, eventId }).application());
  if (!list.ok) return list;
  const own = list.value.data.find(({ event_id: id }) => id === undefined || id === null || id === eventId);
  return { ok: true, value: own ?? null };
}

/**
 * Whether the person of an application is registered: an approval alone registers nobody where there is a fee to pay.
 * Null where the mirror does not know the person.
 */
export async function readIsRegistered(
  world: World,
  connection: Connection,
  application: Result<ReventoApplication | null>,
): Promise<boolean | null> {
  const id = application.ok ? application.value?.participant_id : null;
  if (id === null || id === undefined) return null;
  const person = await findMirrored(world, connection.id, id);
  return person === null ? null : person.registeredAt !== null;
}

/** The event's program, with the installation token; hours, and dropped when a webhook tells of a change. */
export async function readProgram(
  world: World,
  connection: Connection,
): Promise<Result<readonly ProgramDay[]>> {
  const place = { connectionId: connection.id, key: "program", freshMs: 6 * HOUR_MS };
  const program = await cached(world, place, () => revento(world, connection, "interactive").program());
  return program.ok ? { ok: true, value: readProgramDays(program.value) } : program;
}
