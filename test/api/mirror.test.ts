import { afterEach, expect, test } from "vitest";
import * as schemas from "../../src/api/schemas.ts";
import { findConnection, openConnection } from "../../src/connections/index.ts";
import { startSync } from "../../src/mirror/index.ts";
import { api } from "../support/api.ts";
import { seedEvent } from "../support/event.ts";
import { openStage } from "../support/stage.ts";
import { testWorld } from "../support/world.ts";

interface Page {
  readonly data: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

/** Jobs that an API call sent must find nothing to do once their test is over. */
afterEach(async () => {
  await testWorld().db.raw.prepare("UPDATE guards SET state = 'ended'").run();
});

async function everything(path: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let cursor = "";
  for (let pages = 0; pages < 200; pages++) {
    const { status, body } = await api("GET", `${path}?limit=3${cursor}`);
    expect(status).toBe(200);
    expect(schemas.listOf(schemas.resource).safeParse(body).error?.issues ?? []).toEqual([]);
    const page = body as Page;
    rows.push(...page.data);
    if (page.next_cursor === null) return rows;
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
  throw new Error(`${path} does not end`);
}

test("every part of the mirror is served as Revento gave it, page by page, each row once", async () => {
  const stage = await openStage();
  await startSync(stage.world, stage.connection, "initial");
  await stage.drainSync();
  const { id, eventId, organizationId } = stage.connection;
  const C = `/connections/${eventId}/${organizationId}`;
  const { results } = await stage.world.db.raw
    .prepare("SELECT kind, id, data FROM resources WHERE connection_id = ? AND state = 'present'")
    .bind(id)
    .all<{ kind: string; id: string; data: string }>();
  const paths = {
    activity: "activities",
    thread: "threads",
    location: "locations",
    registration_wave: "registration-waves",
  };
  for (const [kind, path] of Object.entries(paths)) {
    const mirrored = results.filter((row) => row.kind === kind);
    const served = await everything(`${C}/${path}`);
    expect(served.map((row) => row.id)).toEqual(mirrored.map((row) => row.id).sort());
    expect(served.length, path).toBeGreaterThan(0);
    for (const row of mirrored) {
      const { updated_at: _, ...snapshot } = JSON.parse(row.data) as Record<string, unknown>;
      expect(served).toContainEqual(expect.objectContaining({ ...snapshot, state: "present" }));
    }
  }
  const event = await api("GET", `${C}/event`);
  expect(event.status).toBe(200);
  expect(schemas.resource.safeParse(event.body).error?.issues ?? []).toEqual([]);
  expect(event.body).toMatchObject({ id: eventId, state: "present" });
});

test("a frozen reconcile is released once, and says so in the audit log", async () => {
  const world = testWorld();
  const key = { eventId: "evt_frozen", organizationId: "org_api" };
  const { connectionId } = await openConnection(world, {
    ...key,
    connectedAt: Date.now(),
    grantedScopes: ["event.read", "participants.read"],
    askedScopes: ["event.read", "participants.read"],
  });
  const C = "/connections/evt_frozen/org_api";
  const nothing = await api("POST", `${C}/reconcile/confirm`);
  expect(nothing.status).toBe(409);
  expect(nothing.body).toMatchObject({ error: "conflict", message: expect.stringContaining("frozen") });

  await world.db.raw
    .prepare(
      `INSERT INTO runs (connection_id, id, kind, state, generation, slot, started_at, moved_at, detail)
       VALUES (?1, 'run_frozen', 'reconcile', 'frozen', 1, 0, ?2, ?2, '6 of 30 participants are missing')`,
    )
    .bind(connectionId, Date.now())
    .run();
  expect((await api("GET", C)).body).toMatchObject({ sync: { state: "frozen", kind: "reconcile" } });

  const confirmed = await api("POST", `${C}/reconcile/confirm`);
  expect(confirmed.status).toBe(202);
  expect(confirmed.body).toMatchObject({ status: "accepted", job_id: expect.any(String) });
  const run = await world.db.raw
    .prepare("SELECT state, is_confirmed, complete_id FROM runs WHERE connection_id = ?")
    .bind(connectionId)
    .first<{ state: string; is_confirmed: number; complete_id: string }>();
  expect(run?.state).not.toBe("frozen");
  expect(run?.complete_id).toBe("run_frozen");
  const { body } = await api("GET", `${C}/timeline`);
  const { data } = body as Page;
  expect(data.filter(({ summary }) => String(summary).includes("reconcile.confirmed"))).toHaveLength(1);
  expect((await api("POST", `${C}/reconcile/confirm`)).status).toBe(409);
  expect(await findConnection(world, key)).toMatchObject({ status: "active" });
});

test("a list of participants stays whole while people come and go between its pages", async () => {
  const name = (index: number) => `ptp_${String(index).padStart(3, "0")}`;
  const people = Array.from({ length: 40 }, (_, index) => ({ id: name(index * 10) }));
  const { id, eventId, organizationId } = await seedEvent(people);
  const { raw } = testWorld().db;
  const seen: string[] = [];
  let cursor = "";
  for (let page = 1; page < 50; page++) {
    const { body } = await api(
      "GET",
      `/connections/${eventId}/${organizationId}/participants?limit=7${cursor}`,
    );
    const { data, next_cursor } = body as Page;
    seen.push(...data.map((row) => String(row.id)));
    if (next_cursor === null) break;
    cursor = `&cursor=${encodeURIComponent(next_cursor)}`;
    const last = Number(seen.at(-1)?.slice(4));
    // Two come in before the cursor and one after it; the row that the cursor names goes, and the next but one.
    await raw.batch([
      raw
        .prepare(
          "INSERT INTO participants (connection_id, id, state, updated_at) SELECT ?1, value, 'present', 1 FROM json_each(?2)",
        )
        .bind(id, JSON.stringify([name(last - 5), name(last - 4), name(last + 5)])),
      raw
        .prepare("DELETE FROM participants WHERE connection_id = ?1 AND id IN (?2, ?3)")
        .bind(id, name(last), name(last + 20)),
    ]);
  }
  expect(seen).toEqual([...new Set(seen)].sort());
  // Nobody who was there all the time is left out: the others are those that were taken away before their page.
  const { results } = await raw
    .prepare("SELECT id FROM participants WHERE connection_id = ? ORDER BY id")
    .bind(id)
    .all<{ id: string }>();
  const stayed = results.map((row) => row.id).filter((one) => people.some((person) => person.id === one));
  expect(stayed.length).toBeGreaterThan(20);
  expect(seen).toEqual(expect.arrayContaining(stayed));
  expect(seen.filter((one) => one.endsWith("5")).length).toBeGreaterThan(0);
});
