import { type Connection, listConnections } from "../connections/index.ts";
import { cached } from "../db/cache.ts";
import { type EventFacts, readEventFacts } from "../db/event-facts.ts";
import { revento } from "../grants/index.ts";
import { type ScopeState, scopeState } from "../lifecycle/index.ts";
import type { World } from "../world.ts";
import { countEvents, type EventNumbers } from "./numbers.ts";

/** One event of an organization, as its dashboard shows it. */
export interface EventSummary {
  readonly connection: Connection;
  readonly facts: EventFacts;
  readonly numbers: EventNumbers;
  readonly scopes: ScopeState;
  /** When the mirror was last complete; epoch ms. */
  readonly syncedAt: number | null;
  readonly isSyncing: boolean;
  /** Its metadata is older than a dashboard may show. */
  readonly isOld: boolean;
}

interface FactsRow {
  id: string;
  mirrored: string | null;
  cached: string | null;
  cachedUntil: number | null;
  mirroredAt: number | null;
  synced: number | null;
  state: string | null;
}

/** Five to fifteen minutes are fine for a dashboard (seed `004`). */
const FRESH_MS = 10 * 60_000;
/** An organization has a few events, or a few hundred; nobody reads more on one page. */
const MOST = 500;

const FACTS = `
SELECT i.value AS id, r.data AS mirrored, r.updated_at AS mirroredAt, k.value AS cached, k.expires_at AS cachedUntil,
  w.complete_at AS synced, w.state
FROM json_each(?) i
LEFT JOIN runs w ON w.connection_id = i.value
LEFT JOIN resources r ON r.connection_id = i.value AND r.kind = 'event' AND r.id = (
  SELECT id FROM resources WHERE connection_id = i.value AND kind = 'event' LIMIT 1)
LEFT JOIN caches k ON k.connection_id = i.value AND k.key = 'event'`;

/** All events of an organization, those that need attention first, then by date. */
export async function listEvents(world: World, organizationId: string): Promise<readonly EventSummary[]> {
  const connections = await listConnections(world, { organizationId, limit: MOST });
  const ids = connections.map(({ id }) => id);
  const [numbers, facts] = await Promise.all([
    countEvents(world, ids),
    world.db.raw.prepare(FACTS).bind(JSON.stringify(ids)).all<FactsRow>(),
  ]);
  const rows = new Map(facts.results.map((row) => [row.id, row]));
  return connections
    .map((connection) => summarize(world, connection, rows.get(connection.id), numbers))
    .sort((a, b) => rankOf(a) - rankOf(b) || (a.facts.from ?? 0) - (b.facts.from ?? 0));
}

function summarize(
  world: World,
  connection: Connection,
  row: FactsRow | undefined,
  numbers: ReadonlyMap<string, EventNumbers>,
): EventSummary {
  const cachedAt = (row?.cachedUntil ?? 0) - FRESH_MS;
  const isMirrorNewer = row?.cached === null || (row?.mirroredAt ?? 0) >= cachedAt;
  const facts = readEventFacts((isMirrorNewer ? row?.mirrored : row?.cached) ?? row?.cached ?? null);
  const known = numbers.get(connection.id);
  if (known === undefined) throw new Error("an event was not counted");
  return {
    connection,
    facts: { ...facts, name: facts.name ?? connection.eventName },
    numbers: known,
    scopes: scopeState(connection, world.manifest),
    syncedAt: row?.synced ?? null,
    isSyncing: row?.state === "running",
    isOld: (row?.cachedUntil ?? 0) <= world.now(),
  };
}

/** What needs a hand stands first, what is over last. */
function rankOf({ connection, scopes }: EventSummary): number {
  if (connection.status === "reconnect_required" || connection.status === "suspended") return 0;
  if (connection.status === "ended") return 3;
  return scopes.missing.length > 0 ? 1 : 2;
}

/** A few calls a view: the rest is renewed by the next one. */
const RENEWED_AT_ONCE = 5;

/** Renews metadata that is too old, after the page went out. */
export async function renewFacts(world: World, events: readonly EventSummary[]): Promise<void> {
  const old = events.filter(({ isOld, connection }) => isOld && connection.status === "active");
  await Promise.all(
    old.slice(0, RENEWED_AT_ONCE).map(({ connection }) => {
      const place = { connectionId: connection.id, key: "event", freshMs: FRESH_MS };
      return cached(world, place, () => revento(world, connection, "probe").event());
    }),
  );
}
