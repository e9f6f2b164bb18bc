import { env } from "cloudflare:workers";
import { configOf } from "../../src/config.ts";
import { findConnectionById, type OpenedConnection, openConnection } from "../../src/connections/index.ts";
import { entryFor, type Happening, insertOutbox, type OutboxEntry } from "../../src/outbox/index.ts";
import { createWorld, type World } from "../../src/world.ts";

/** A world with a clock that a test moves by hand, and a log that it reads. */
export interface TestWorld extends World {
  readonly clock: { now: number };
  readonly lines: { level: string; event: string; [field: string]: unknown }[];
}

export function testWorld(overrides: Partial<World> = {}): TestWorld {
  const config = configOf(env);
  if (!config.ok) throw new Error("the test settings are malformed");
  const clock = { now: Date.UTC(2026, 10, 21, 12) };
  const lines: TestWorld["lines"] = [];
  const write =
    (level: string) =>
    (event: string, fields = {}) =>
      void lines.push({ level, event, ...fields });
  const world = createWorld(env, config.value, {
    now: () => clock.now,
    fetch: () => Promise.reject(new Error("no outgoing call was expected")),
    log: { info: write("info"), warn: write("warn"), error: write("error") },
    ...overrides,
  });
  return { ...world, clock, lines };
}

let counter = 0;

/** An open connection of an event of its own. */
export async function connectEvent(world: World, grantedScopes = ["event.read"]): Promise<OpenedConnection> {
  counter++;
  return openConnection(world, {
    eventId: `evt_${counter}_${crypto.randomUUID()}`,
    organizationId: "org_1",
    connectedAt: world.now(),
    grantedScopes,
    askedScopes: grantedScopes,
  });
}

/** A happening of a connection; each has an id of its own. */
export function happeningOf(
  connection: OpenedConnection,
  type: string,
  data: Happening["data"] = {},
  occurredAt = Date.UTC(2026, 10, 21, 12),
): Happening {
  counter++;
  const { eventId, organizationId } = connection;
  return { id: `body_${counter}_${crypto.randomUUID()}`, type, occurredAt, eventId, organizationId, data };
}

/** Writes the outbox rows of happenings in one transaction, as the webhook consumer does. */
export async function commit(
  world: World,
  connection: OpenedConnection,
  ...happenings: Happening[]
): Promise<readonly OutboxEntry[]> {
  const entries = happenings
    .map((happening) => entryFor(connection.connectionId, happening))
    .filter((entry) => entry !== null);
  if (entries.length > 0) await world.db.raw.batch(insertOutbox(world, entries));
  return entries;
}

export async function waitingRows(
  world: World,
  connectionId: string,
): Promise<{ target: string; resource: string; attempts: number; next_at: number; error: string | null }[]> {
  const { results } = await world.db.raw
    .prepare(
      "SELECT target, resource, attempts, next_at, error FROM outbox WHERE connection_id = ? ORDER BY id",
    )
    .bind(connectionId)
    .all<{ target: string; resource: string; attempts: number; next_at: number; error: string | null }>();
  return results;
}

export const connectionOf = (world: World, { connectionId }: OpenedConnection) =>
  findConnectionById(world, connectionId);
