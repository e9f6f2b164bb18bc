import { env } from "cloudflare:workers";
import { configOf } from "../../src/config.ts";
import { type Connection, findConnection, openConnection } from "../../src/connections/index.ts";
import { createWorld, type World } from "../../src/world.ts";

export function testWorld(overrides: Partial<World> = {}): World {
  const config = configOf(env);
  if (!config.ok) throw new Error("the settings of the tests are malformed");
  return createWorld(env, config.value, overrides);
}

export interface SeededPerson {
  readonly id: string;
  readonly name?: string;
  readonly status?: string;
  readonly state?: "present" | "cancelled";
  readonly registeredAt?: number | null;
}

const INSERT = `
INSERT INTO participants (connection_id, id, display_name, email, application_status, registered_at, state, updated_at)
SELECT ?1, value ->> 'id', value ->> 'name', 'x@example.test', value ->> 'status', value ->> 'registeredAt',
  value ->> 'state', 1 FROM json_each(?2)`;

let events = 0;

/** A connected event with people in its mirror, put there directly. */
export async function seedEvent(
  people: readonly SeededPerson[] = [],
  key: { eventId?: string; organizationId?: string } = {},
): Promise<Connection> {
  events += 1;
  const world = testWorld();
  const { eventId = `evt_seed_${events}`, organizationId = `org_seed_${events}` } = key;
  const opened = await openConnection(world, {
    eventId,
    organizationId,
    connectedAt: 1_000,
    grantedScopes: ["event.read", "participants.read", "program.read"],
    askedScopes: ["event.read", "participants.read", "program.read"],
  });
  const rows = people.map((person) => ({
    name: person.id,
    status: "approved",
    state: "present",
    registeredAt: 1,
    ...person,
  }));
  for (let start = 0; start < rows.length; start += 1000) {
    const page = JSON.stringify(rows.slice(start, start + 1000));
    await world.db.raw.prepare(INSERT).bind(opened.connectionId, page).run();
  }
  const connection = await findConnection(world, { eventId, organizationId });
  if (connection === null) throw new Error("the event was not seeded");
  return connection;
}
