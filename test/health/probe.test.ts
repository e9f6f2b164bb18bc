import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { nextHealth, runProbe, shownHealth } from "../../src/health/index.ts";
import type { World } from "../../src/world.ts";
import { startEmulator } from "../support/emulator.ts";
import { heldQueue, rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

async function connected(world: World = testWorld()) {
  const emulator = startEmulator();
  await emulator.connect();
  const key = { eventId: emulator.eventId, organizationId: emulator.organizationId };
  const find = async () => {
    const connection = await findConnection(world, key);
    if (connection === null) throw new Error("not connected");
    return connection;
  };
  const probe = async (jobId: string) => {
    const { id, generation } = await find();
    const life = { ...key, connectionId: id, generation };
    await runProbe(world, { kind: "health.probe", life, jobId });
    return shownHealth(await find(), Date.now());
  };
  return { emulator, probe, find, world };
}

const down = () => new Response("{}", { status: 500 });

test("a probe says healthy, error after the second failure, healthy again, with since and by what", async () => {
  const { emulator, probe, find } = await connected();
  expect(await probe("cron-1")).toMatchObject({ state: "healthy", detail: "probe: the event was read" });
  const { healthSince } = await find();
  emulator.intercept = (request) => (request.url.includes("/api/v1/events/") ? down() : undefined);
  expect(await probe("a-first-look")).toMatchObject({ state: "error" });
  emulator.intercept = () => undefined;
  expect(await probe("cron-2")).toMatchObject({ state: "healthy" });
  expect((await find()).healthSince).not.toBe(healthSince);
});

const missing = () => Response.json({ error: "not_found", message: "", request_id: "" }, { status: 404 });

test("a change of state is audited and told once, when it is a state and no accident; so is its end", async () => {
  const ALERTS = heldQueue<{ signal: string; state: string; subject: string; text: string }>();
  const { emulator, probe, find, world } = await connected(
    testWorld({ env: { ...env, ALERTS } as unknown as typeof env }),
  );
  const { id, eventId, organizationId } = await find();
  const audited = async () =>
    (
      await rowsOf<{ detail: string }>(
        "SELECT detail FROM audit WHERE connection_id = ? AND action = 'health.changed' ORDER BY id",
        id,
      )
    ).map(({ detail }) => {
      const { from, to } = JSON.parse(detail) as Record<string, string>;
      return `${from} → ${to}`;
    });
  const told = () =>
    ALERTS.sent
      .filter(
        ({ signal, subject }) =>
          signal === "connection_unhealthy" && subject === `${eventId}/${organizationId}`,
      )
      .map(({ state }) => state);
  // A real call that succeeded just now would answer for the probe.
  const look = async (jobId: string) => {
    await world.db.raw.prepare("DELETE FROM calls WHERE connection_id = ?").bind(id).run();
    return probe(jobId);
  };
  await look("cron-1");
  expect(await audited()).toEqual(["unknown → healthy"]);
  emulator.intercept = (request) => (request.url.includes("/api/v1/events/") ? missing() : undefined);
  expect(await look("cron-2")).toMatchObject({
    state: "healthy",
    detail: expect.stringContaining("last look differed"),
  });
  expect([await audited(), told()]).toEqual([["unknown → healthy"], []]);
  for (const job of ["cron-3", "cron-4"]) expect(await look(job)).toMatchObject({ state: "error" });
  expect([await audited(), told()]).toEqual([["unknown → healthy", "healthy → error"], ["raised"]]);
  expect(ALERTS.sent.find(({ state }) => state === "raised")?.text).toContain(`event ${eventId} is error`);
  emulator.intercept = () => undefined;
  expect(await look("cron-5")).toMatchObject({ state: "healthy" });
  expect([(await audited()).at(-1), told()]).toEqual(["error → healthy", ["raised", "resolved"]]);
});

test("a probe waits its turn behind everybody: it calls at probe priority, for this life alone", async () => {
  const asked: unknown[] = [];
  const refuse = async (request: unknown) => {
    asked.push(request);
    return {
      outcome: { ok: false, failure: { kind: "throttled", retryInS: 7 } },
      records: [],
      connectionId: null,
    };
  };
  const CONNECTION = { idFromName: (name: string) => name, get: () => ({ call: refuse }) };
  const { probe, find } = await connected(
    testWorld({ env: { ...env, CONNECTION, ALERTS: heldQueue() } as unknown as typeof env }),
  );
  const { generation, eventId } = await find();
  expect(await probe("cron-1")).toMatchObject({ state: "throttled", detail: expect.stringContaining("7 s") });
  expect(asked).toEqual([
    expect.objectContaining({ priority: "probe", generation, path: `/events/${eventId}` }),
  ]);
});

test("the cron's probe is skipped where a real call has just shown the same", async () => {
  const { emulator, probe } = await connected();
  await probe("cron-1");
  const before = emulator.requests.length;
  expect(await probe("cron-2")).toMatchObject({
    state: "healthy",
    detail: expect.stringMatching(/^call .* succeeded/),
  });
  expect(emulator.requests.length).toBe(before);
});

test("what a person's token reads and a code exchanges say nothing of the connection: it is probed", async () => {
  const { emulator, probe, find, world } = await connected();
  await probe("cron-1");
  const { id } = await find();
  const at = Date.now();
  await world.db.raw.batch([
    world.db.raw.prepare("DELETE FROM calls WHERE connection_id = ?").bind(id),
    ...["/me/profile", "/oauth/token"].map((path, index) =>
      world.db.raw
        .prepare(
          `INSERT INTO calls (connection_id, at, request_id, method, path, status, duration_ms, attempt)
           VALUES (?, ?, ?, 'GET', ?, 200, 1, 1)`,
        )
        .bind(id, at + index, crypto.randomUUID(), path),
    ),
  ]);
  const before = emulator.requests.length;
  expect(await probe("cron-2")).toMatchObject({ detail: "probe: the event was read" });
  expect(emulator.requests.length).toBe(before + 1);
});

const known = { state: "healthy" as const, since: 1, streak: 0, detail: null };

test("one bad answer is an accident, two in a row are a state", () => {
  const bad = { state: "error" as const, detail: "down" };
  const once = nextHealth(known, bad, 2, false);
  expect(once).toMatchObject({ state: "healthy", streak: 1, hasChanged: false });
  expect(nextHealth(once, { state: "healthy", detail: "" }, 3, false)).toMatchObject({ streak: 0 });
  expect(nextHealth(once, bad, 3, false)).toMatchObject({ state: "error", since: 3, hasChanged: true });
});

test("a dead token counts at once, and so does what an operator asks for", () => {
  expect(nextHealth(known, { state: "revoked", detail: "" }, 2, false)).toMatchObject({ state: "revoked" });
  expect(nextHealth(known, { state: "throttled", detail: "" }, 2, true)).toMatchObject({
    state: "throttled",
  });
});

test("a look that is too old is never shown as healthy, and an ended connection never at all", async () => {
  const { probe, find } = await connected();
  await probe("cron-1");
  const connection = await find();
  expect(shownHealth(connection, Date.now() + 41 * 60_000)).toMatchObject({
    state: "unknown",
    detail: expect.stringContaining("last seen healthy at"),
  });
  expect(shownHealth({ ...connection, status: "suspended", reason: "suspended" }, Date.now())).toMatchObject({
    state: "revoked",
  });
});
