import { databaseFor } from "../db/client.ts";
import { type CallResult, revento } from "../grants/index.ts";
import type {
  PageRequest,
  ReventoActivity,
  ReventoEvent,
  ReventoLocation,
  ReventoPage,
  ReventoParticipant,
  ReventoProgram,
  ReventoRegistrationWave,
  ReventoThread,
} from "../revento/index.ts";
import type { World } from "../world.ts";
import { ReventoFailure } from "./errors.ts";
import type { Subject } from "./subject.ts";

/**
 * Revento for a handler: values, or a throw of `ReventoFailure`. A scope that this connection did not grant throws
 * without a call. Answers are shared for a minute among the handlers of a connection (seed `004`: follow-up fetches
 * are deduplicated by resource over a short window).
 */
export interface HandlerClient {
  event(): Promise<ReventoEvent>;
  program(): Promise<ReventoProgram>;
  participants(page?: PageRequest): Promise<ReventoPage<ReventoParticipant>>;
  activities(page?: PageRequest): Promise<ReventoPage<ReventoActivity>>;
  threads(page?: PageRequest): Promise<ReventoPage<ReventoThread>>;
  locations(page?: PageRequest): Promise<ReventoPage<ReventoLocation>>;
  registrationWaves(page?: PageRequest): Promise<ReventoPage<ReventoRegistrationWave>>;
}

export const FOLLOW_UP_WINDOW_MS = 60_000;

/** What a fetched answer is about: an event about the same needs one that was made after it. */
const SUBJECTS: Readonly<Record<keyof HandlerClient, readonly string[]>> = {
  event: ["event"],
  participants: ["participant", "application"],
  program: ["activity", "thread", "location", "event"],
  activities: ["activity"],
  threads: ["thread"],
  locations: ["location"],
  registrationWaves: [],
};

interface Kept {
  readonly value: unknown;
  /** Revento's clock at which the answer began to be made. */
  readonly rank: number;
}

/** Fetches under way, by connection and resource: shared by the rows that one drain runs side by side. */
export type Flights = Map<string, Promise<Kept>>;

/** The client for one run. `cause` is the event handled: its type, and its time on Revento's clock. */
export function openClient(
  world: World,
  connection: Subject,
  cause: { readonly type: string; readonly occurredAt: number },
  flights: Flights,
): HandlerClient {
  const api = revento(world, connection, "sync", connection.generation);
  const family = cause.type.split(".")[0] ?? "";
  const shared = async <T>(
    endpoint: keyof HandlerClient,
    page: PageRequest | undefined,
    fetchIt: () => Promise<CallResult<T>>,
  ): Promise<T> => {
    const key = `follow-up/${endpoint}?${page?.limit ?? ""}&${page?.cursor ?? ""}`;
    const notBefore = SUBJECTS[endpoint].includes(family) ? cause.occurredAt : 0;
    const flying = flights.get(key);
    // Noted before anything is awaited: whoever asks next waits for this one.
    const flight = (async (): Promise<Kept> => {
      const known = (await flying?.catch(() => null)) ?? (await readKept(world, connection.id, key));
      if (known !== null && known.rank >= notBefore) return known;
      return fetchKept(world, connection.id, key, fetchIt);
    })();
    flights.set(key, flight);
    return (await flight).value as T;
  };
  return {
    event: () => shared("event", undefined, () => api.event()),
    program: () => shared("program", undefined, () => api.program()),
    participants: (page) => shared("participants", page, () => api.participants(page)),
    activities: (page) => shared("activities", page, () => api.activities(page)),
    threads: (page) => shared("threads", page, () => api.threads(page)),
    locations: (page) => shared("locations", page, () => api.locations(page)),
    registrationWaves: (page) => shared("registrationWaves", page, () => api.registrationWaves(page)),
  };
}

async function readKept(world: World, connectionId: string, key: string): Promise<Kept | null> {
  const row = await databaseFor(world, connectionId)
    .raw.prepare("SELECT value FROM caches WHERE connection_id = ? AND key = ? AND expires_at > ?")
    .bind(connectionId, key, world.now())
    .first<{ value: string }>();
  return row === null ? null : (JSON.parse(row.value) as Kept);
}

// The guard keeps a fetch that outlives its connection from leaving anything behind.
const KEEP = `
INSERT INTO caches (connection_id, key, value, expires_at)
SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM guards WHERE connection_id = ?1 AND state = 'active'
  AND connected_at > coalesce((SELECT max(at) FROM platform_state), 0))
ON CONFLICT (connection_id, key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`;

async function fetchKept<T>(
  world: World,
  connectionId: string,
  key: string,
  fetchIt: () => Promise<CallResult<T>>,
): Promise<Kept> {
  const result = await fetchIt();
  if (!result.ok) throw new ReventoFailure(result.failure);
  const kept: Kept = { value: result.value, rank: result.date - result.durationMs - 1000 };
  await databaseFor(world, connectionId)
    .raw.prepare(KEEP)
    .bind(connectionId, key, JSON.stringify(kept), world.now() + FOLLOW_UP_WINDOW_MS)
    .run();
  return kept;
}
