import { afterEach, expect, test } from "vitest";
import * as schemas from "../../src/api/schemas.ts";
import { openConnection } from "../../src/connections/index.ts";
import { ledgerOf, runErasureChunk } from "../../src/lifecycle/index.ts";
import { fillTables, tablesWith } from "../lifecycle/fill.ts";
import { api } from "../support/api.ts";
import { MIXED, setAside } from "../support/letters.ts";
import { rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld();

afterEach(async () => {
  await world.db.raw.batch([
    world.db.raw.prepare("DELETE FROM dead_letters"),
    world.db.raw.prepare("UPDATE guards SET state = 'ended'"),
  ]);
});

interface List {
  readonly data: { readonly id: string; readonly queue: string; readonly reason: string }[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

async function listed(query = ""): Promise<string[]> {
  const { status, body } = await api("GET", `/dead-letters${query}`);
  expect(status).toBe(200);
  expect(schemas.listOf(schemas.deadLetter).safeParse(body).error?.issues ?? []).toEqual([]);
  return (body as List).data.map(({ id }) => id).sort();
}

test("set-aside messages are listed by queue and reason, page by page, and never with their content", async () => {
  await setAside(world, MIXED);
  expect(await listed()).toEqual(["s1", "w1", "w2", "w3"]);
  expect(await listed("?queue=revento-webhooks")).toEqual(["w1", "w2", "w3"]);
  expect(await listed("?reason=no%20envelope")).toEqual(["w2"]);
  expect(await listed("?queue=revento-sync&reason=retries%20used%20up")).toEqual(["s1"]);
  const first = (await api("GET", "/dead-letters?limit=3")).body as List;
  expect(first).toMatchObject({ has_more: true, next_cursor: expect.any(String) });
  const rest = (await api("GET", `/dead-letters?limit=3&cursor=${first.next_cursor}`)).body as List;
  expect([...first.data, ...rest.data].map(({ id }) => id).sort()).toEqual(["s1", "w1", "w2", "w3"]);
  expect(JSON.stringify([first, rest])).not.toContain("sealed");
});

test("a queue that there is not is named, with those that there are", async () => {
  const { status, body } = await api("GET", "/dead-letters?queue=sync");
  expect(status).toBe(400);
  expect(body).toMatchObject({ message: expect.stringMatching(/^queue is one of: .*revento-sync/) });
});

test("one is replayed once, and is then gone", async () => {
  await setAside(world, MIXED);
  expect(await api("POST", "/dead-letters/w1/replay")).toMatchObject({
    status: 202,
    body: { status: "accepted", id: "w1" },
  });
  expect(await listed()).toEqual(["s1", "w2", "w3"]);
  expect((await api("POST", "/dead-letters/w1/replay")).status).toBe(404);
  expect(await rowsOf("SELECT actor FROM audit WHERE action = 'dead_letter.replayed'")).toHaveLength(1);
});

test("all of a filter are replayed; the filter stands in the query or the body", async () => {
  await setAside(world, MIXED);
  const byReason = await api("POST", "/dead-letters/replay", { reason: "no envelope" });
  expect(byReason.body).toEqual({ status: "accepted", replayed: 1, failed: 0, remaining: 0 });
  expect(await listed()).toEqual(["s1", "w1", "w3"]);
  const byQueue = await api("POST", "/dead-letters/replay?queue=revento-webhooks");
  expect(byQueue.body).toMatchObject({ replayed: 2, remaining: 0 });
  expect(await listed()).toEqual(["s1"]);
  expect((await api("POST", "/dead-letters/replay")).body).toMatchObject({ replayed: 1 });
  expect((await api("POST", "/dead-letters/replay")).body).toMatchObject({ replayed: 0, failed: 0 });
});

test("a filter that is not understood replays nothing, rather than everything", async () => {
  await setAside(world, MIXED);
  const bodies = [{ queue: 7 }, { queue: "sync" }, { reason: ["x"] }, "all", ["revento-sync"], { queu: "x" }];
  for (const wrong of bodies) expect((await api("POST", "/dead-letters/replay", wrong)).status).toBe(400);
  for (const wrong of ["queue=sync", "queue=", "queu=revento-sync", "reason=x&all=1"]) {
    expect((await api("POST", `/dead-letters/replay?${wrong}`)).status, wrong).toBe(400);
  }
  expect(await listed()).toEqual(["s1", "w1", "w2", "w3"]);
});

test("what no key opens stays, and the answer says so", async () => {
  await setAside(world, [MIXED[0]]);
  await world.db.raw.prepare("UPDATE dead_letters SET sealed = 'gone.gone.gone'").run();
  expect(await api("POST", "/dead-letters/w1/replay")).toMatchObject({
    status: 409,
    body: { error: "conflict" },
  });
  expect((await api("POST", "/dead-letters/replay")).body).toMatchObject({
    replayed: 0,
    failed: 1,
    remaining: 1,
  });
  expect(await listed()).toEqual(["w1"]);
});

test("one is discarded for good, with a line in the audit log", async () => {
  await setAside(world, MIXED);
  expect((await api("DELETE", "/dead-letters/s1")).status).toBe(204);
  expect((await api("DELETE", "/dead-letters/s1")).status).toBe(404);
  expect(await listed()).toEqual(["w1", "w2", "w3"]);
  expect(await rowsOf("SELECT actor FROM audit WHERE action = 'dead_letter.discarded'")).toHaveLength(1);
});

test("after a restore, the erasures are applied again through the API", async () => {
  const quiet = testWorld({ env: withoutDelivery() });
  const key = { eventId: "evt_restore_api", organizationId: "org_restore_api" };
  const scopes = ["event.read"];
  const { connectionId } = await openConnection(quiet, {
    ...key,
    connectedAt: Date.now(),
    grantedScopes: scopes,
    askedScopes: scopes,
  });
  expect((await api("POST", `/connections/${key.eventId}/${key.organizationId}/erase`)).status).toBe(202);
  const message = { kind: "erasure.chunk", connectionId, erasureId: connectionId } as const;
  for (let chunk = 0; chunk < 5; chunk++) await runErasureChunk(quiet, message);
  // The copy of the database knows nothing of it.
  await quiet.db.raw.batch([
    quiet.db.raw
      .prepare(
        `UPDATE connections SET state = 'active', reason = NULL, ended_at = NULL, deletion_requested_at = NULL,
         erased_at = NULL WHERE id = ?`,
      )
      .bind(connectionId),
    quiet.db.raw.prepare("UPDATE guards SET state = 'active' WHERE connection_id = ?").bind(connectionId),
  ]);
  await quiet.db.raw.prepare("DELETE FROM deliveries WHERE connection_id = ?").bind(connectionId).run();
  await fillTables(quiet, { connectionId, ...key }, "back-from-the-copy");

  const applied = await api("POST", "/erasures/apply");
  expect(applied).toMatchObject({ status: 202, body: { status: "accepted", applied: 1 } });
  for (let chunk = 0; chunk < 5; chunk++) await runErasureChunk(quiet, message);
  expect(await tablesWith(quiet, "back-from-the-copy")).toEqual([]);
  expect((await api("GET", `/connections/${key.eventId}/${key.organizationId}`)).body).toMatchObject({
    status: "ended",
    reason: "deletion_required",
  });
  expect(await ledgerOf(quiet).find(connectionId)).toMatchObject({ reappliedAt: expect.any(Number) });
  const { body } = await api("GET", "/erasures");
  expect(body).toMatchObject({ data: [{ event_id: key.eventId, reapplied_at: expect.any(String) }] });
});
