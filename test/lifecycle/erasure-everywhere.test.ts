import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { applyLifecycleEvent, endUsersOfEvent, runErasureChunk } from "../../src/lifecycle/index.ts";
import { api } from "../support/api.ts";
import { createBrowser } from "../support/browser.ts";
import { startEmulator } from "../support/emulator.ts";
import { seedEvent } from "../support/event.ts";
import { until } from "../support/grants.ts";
import { personWith, signInAsParticipant } from "../support/person.ts";
import { rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";
import { tables } from "./fill.ts";

const world = testWorld({ env: withoutDelivery() });
type Rows = readonly Readonly<Record<string, unknown>>[];
type Copy = ReadonlyMap<string, Rows>;

/** Every row of every table, as a backup has them. */
async function copyAll(): Promise<Copy> {
  const results = await env.DB.batch<Record<string, unknown>>(
    tables.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)),
  );
  return new Map(tables.map(({ name }, at) => [name, results[at]?.results ?? []]));
}

/** Puts a whole copy in the place of what there is. Triggers stand aside, as in a restore of the file. */
async function restore(copy: Copy): Promise<void> {
  const triggers = await rowsOf<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
  );
  const inserts = [...copy].flatMap(([table, rows]) =>
    rows.map((row) => {
      const columns = Object.keys(row);
      return env.DB.prepare(
        `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      ).bind(...Object.values(row).map((value) => (Array.isArray(value) ? new Uint8Array(value) : value)));
    }),
  );
  await env.DB.batch([
    ...triggers.map(({ name }) => env.DB.prepare(`DROP TRIGGER ${name}`)),
    ...tables.map(({ name }) => env.DB.prepare(`DELETE FROM ${name}`)),
    ...inserts,
    ...triggers.map(({ sql }) => env.DB.prepare(sql)),
  ]);
}

/** Names of the tables in which one of the words stands. */
async function tablesWithAny(words: readonly string[]): Promise<string[]> {
  return [...(await copyAll())]
    .filter(([, rows]) => {
      const text = JSON.stringify(rows);
      return words.some((word) => text.includes(word));
    })
    .map(([table]) => table);
}

/** What the objects of a class hold, key by key and row by row, as text. */
async function stored(namespace: DurableObjectNamespace<undefined>): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const id of await listDurableObjectIds(namespace)) {
    const text = await runInDurableObject(namespace.get(id), async (_, { storage }) => {
      const kept = [...(await storage.list())];
      const names = storage.sql
        .exec<{ name: string }>(
          "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
        )
        .toArray();
      const rows = names.map(({ name }) => storage.sql.exec(`SELECT * FROM ${name}`).toArray());
      return JSON.stringify([kept, rows, await storage.getAlarm()]);
    });
    texts.push(text);
  }
  return texts;
}
const objects = (name: "CONNECTION" | "ATTENDANCE" | "LEDGER") =>
  stored(env[name] as unknown as DurableObjectNamespace<undefined>);
/** So begins what an object holds of a living grant. */
const HELD = '"held":{';

/** An event with its whole mirror, a person signed in, somebody checked in, and all words by which its people are known. */
async function liveEvent() {
  const emulator = startEmulator();
  await emulator.connect();
  const { eventId, organizationId } = emulator;
  const path = `/connections/${eventId}/${organizationId}`;
  await until(async () => {
    const { body } = await api("GET", path);
    return (body as { sync: { finished_at: string | null } }).sync.finished_at !== null;
  }, 15_000);
  await signInAsParticipant(emulator, createBrowser());
  const { id } = personWith(emulator);
  expect((await api("POST", `${path}/check-ins`, { participant_id: id })).status).toBe(201);
  const people = await rowsOf<Record<string, string | null>>(
    "SELECT id, user_id, display_name, email FROM participants WHERE connection_id = (SELECT id FROM connections WHERE event_id = ?)",
    eventId,
  );
  const words = people.flatMap((person) => Object.values(person)).filter((word) => word !== null);
  expect(words.length).toBeGreaterThan(100);
  const connection = await findConnection(world, { eventId, organizationId });
  if (connection === null) throw new Error("the event is not connected");
  return { emulator, connection, words: [...words, ...emulator.secrets] };
}

/** Runs what an erasure asks of the queue. */
async function runErasure(connectionId: string, eventId: string): Promise<void> {
  await endUsersOfEvent(world, { kind: "users.end", eventId, before: Date.now() + 1000 });
  for (let chunk = 0; chunk < 20; chunk++) {
    const job = { kind: "erasure.chunk", connectionId, erasureId: connectionId } as const;
    if ((await runErasureChunk(world, job)).do === "ack") return;
  }
  throw new Error("the erasure did not come to an end");
}

test("after an erasure no table and no object knows its people; a restored copy is erased again by one call", async () => {
  const neighbour = await seedEvent([{ id: "ptp_neighbour", name: "Somebody Else" }]);
  const { connection, words } = await liveEvent();
  const { id, eventId, organizationId } = connection;
  expect(await tablesWithAny(words)).toEqual(
    expect.arrayContaining(["participants", "check_ins", "user_grants"]),
  );
  const grants = (await objects("CONNECTION")).filter((text) => text.includes(HELD));
  expect(grants.length, "the organizer's grant and the person's").toBeGreaterThanOrEqual(2);
  const copy = await copyAll();

  await applyLifecycleEvent(world, {
    type: "data.deletion_required",
    occurredAt: Date.now(),
    eventId,
    organizationId,
    data: { reason: "organizer_revoked" },
  });
  await runErasure(id, eventId);
  const expectNobody = async () => {
    expect(await tablesWithAny(words)).toEqual([]);
    const held = [...(await objects("CONNECTION")), ...(await objects("ATTENDANCE"))];
    expect(held.filter((text) => words.some((word) => text.includes(word)))).toEqual([]);
    // No sealed token either: what is left of a grant is that it ended.
    expect((await objects("CONNECTION")).filter((text) => text.includes(HELD))).toEqual([]);
    const ledger = await objects("LEDGER");
    expect(ledger.join()).toContain(eventId);
    expect(words.filter((word) => ledger.join().includes(word))).toEqual([]);
  };
  await expectNobody();
  const after = await findConnection(world, { eventId, organizationId });

  await restore(copy);
  expect(await findConnection(world, { eventId, organizationId })).toMatchObject({ id, status: "active" });
  expect(await tablesWithAny(words)).toContain("participants");
  const applied = await api("POST", "/erasures/apply");
  expect(applied).toMatchObject({ status: 202, body: { applied: 1 } });
  await runErasure(id, eventId);
  await expectNobody();
  expect(await findConnection(world, { eventId, organizationId })).toEqual({
    ...after,
    erasedAt: expect.any(Number),
  });
  expect(await rowsOf("SELECT state FROM guards WHERE connection_id = ?", id)).toEqual([{ state: "ended" }]);
  // Nobody else's rows are touched.
  const ofNeighbour = (rows: Rows | undefined) => rows?.filter((row) => row.connection_id === neighbour.id);
  const now = await copyAll();
  for (const table of ["participants", "guards", "audit"]) {
    expect(ofNeighbour(now.get(table)), table).toEqual(ofNeighbour(copy.get(table)));
  }
  expect(ofNeighbour(now.get("participants"))).toHaveLength(1);
});
