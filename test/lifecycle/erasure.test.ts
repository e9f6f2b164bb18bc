import { expect, test } from "vitest";
import { createDoorLink, findDoorLink, revokeDoorLink } from "../../src/attendance/door-links.ts";
import { findConnection, openConnection } from "../../src/connections/index.ts";
import {
  applyLifecycleEvent,
  ledgerOf,
  reapplyErasures,
  runErasureChunk,
} from "../../src/lifecycle/index.ts";
import type { World } from "../../src/world.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";
import { fillTables, tablesWith } from "./fill.ts";

const HOUR = 3_600_000;
const START = Date.now();

async function connected(world: World, name: string) {
  const key = { eventId: `evt_${name}`, organizationId: `org_${name}` };
  const opened = await openConnection(world, {
    ...key,
    connectedAt: world.now(),
    grantedScopes: ["event.read"],
    askedScopes: ["event.read"],
  });
  return { key, ...opened };
}

/** Runs the chunks of an erasure until it says that it is done. */
async function erase(world: World, id: string): Promise<void> {
  for (let chunk = 0; chunk < 20; chunk++) {
    const verdict = await runErasureChunk(world, { kind: "erasure.chunk", connectionId: id, erasureId: id });
    if (verdict.do === "ack") return;
  }
  throw new Error("the erasure did not come to an end");
}

const deletion = (key: { eventId: string; organizationId: string }, occurredAt: number) => ({
  type: "data.deletion_required",
  occurredAt,
  ...key,
  data: { reason: "organizer_revoked" },
});

test("after an erasure no table holds a row of that connection's people", async () => {
  const world = testWorld({ env: withoutDelivery(), now: () => START });
  const { key, connectionId } = await connected(world, "scan");
  const filled = await fillTables(world, { connectionId, ...key }, "person-scan");
  expect(filled.length).toBeGreaterThan(18);
  expect(await tablesWith(world, "person-scan")).toEqual(expect.arrayContaining(["dead_letters", "outbox"]));

  expect(await applyLifecycleEvent(world, deletion(key, START + 1))).toBe("applied");
  await erase(world, connectionId);

  expect(await tablesWith(world, "person-scan")).toEqual([]);
  const entry = await ledgerOf(world).find(connectionId);
  expect(entry).toMatchObject({
    reason: "organizer_revoked",
    erasedAt: expect.any(Number),
    completedAt: null,
    deadlineAt: START + 30 * 24 * HOUR,
    proof: { rows: 0 },
  });
  expect(Object.keys(entry?.counts ?? {})).toEqual(
    expect.arrayContaining(["participants", "check_ins", "spills"]),
  );
});

test("a reconnect in the middle of an erasure loses nothing of the new life", async () => {
  const world = testWorld({ env: withoutDelivery(), now: () => START });
  const { key, connectionId } = await connected(world, "middle");
  await fillTables(world, { connectionId, ...key }, "old-life");
  await applyLifecycleEvent(world, deletion(key, START + 1));

  const later = testWorld({ env: withoutDelivery(), now: () => START + HOUR });
  const again = await connected(later, "middle");
  expect(again.connectionId).not.toBe(connectionId);
  await later.db.raw
    .prepare("INSERT INTO check_ins VALUES (?, 'new-life', 1, 'door', 1, NULL)")
    .bind(again.connectionId)
    .run();
  await erase(later, connectionId);

  expect(await tablesWith(later, "old-life")).toEqual([]);
  expect(await tablesWith(later, "new-life")).toEqual(["check_ins"]);
  expect(await findConnection(later, key)).toMatchObject({ status: "active", erasedAt: null });
});

test("a second look that comes after the retention of the queues completes the entry", async () => {
  const { key, connectionId } = await connected(
    testWorld({ env: withoutDelivery(), now: () => START }),
    "complete",
  );
  const world = testWorld({ env: withoutDelivery(), now: () => START });
  await applyLifecycleEvent(world, deletion(key, START + 1));
  await erase(world, connectionId);
  const late = testWorld({ env: withoutDelivery(), now: () => START + 97 * HOUR + 1 });
  await erase(late, connectionId);
  expect(await ledgerOf(world).find(connectionId)).toMatchObject({ completedAt: START + 97 * HOUR + 1 });
});

test("a restored copy of the database followed by the re-apply call is as before", async () => {
  const world = testWorld({ env: withoutDelivery(), now: () => START });
  const { key, connectionId } = await connected(world, "restore");
  await fillTables(world, { connectionId, ...key }, "restored-person");
  const copy = await world.db.raw
    .prepare("SELECT * FROM connections WHERE id = ?")
    .bind(connectionId)
    .first();
  await applyLifecycleEvent(world, deletion(key, START + 1));
  await erase(world, connectionId);
  const before = await findConnection(world, key);

  // The restore: the row of the registry, its guard and every row of its people come back.
  const columns = Object.keys(copy ?? {});
  await world.db.raw.batch([
    world.db.raw.prepare("DELETE FROM deliveries WHERE connection_id = ?").bind(connectionId),
    world.db.raw
      .prepare(
        `INSERT OR REPLACE INTO connections (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      )
      .bind(...Object.values(copy ?? {})),
    world.db.raw.prepare("UPDATE guards SET state = 'active' WHERE connection_id = ?").bind(connectionId),
  ]);
  await fillTables(world, { connectionId, ...key }, "restored-person");
  expect(await findConnection(world, key)).toMatchObject({ status: "active", id: connectionId });

  expect(await reapplyErasures(world)).toBeGreaterThan(0);
  await erase(world, connectionId);
  expect(await tablesWith(world, "restored-person")).toEqual([]);
  expect(await findConnection(world, key)).toEqual({ ...before, erasedAt: expect.any(Number) });
  const guard = await world.db.raw
    .prepare("SELECT state FROM guards WHERE connection_id = ?")
    .bind(connectionId)
    .first();
  expect(guard).toEqual({ state: "ended" });
});

test("after a restore revoked door links stay revoked, the others work, and nobody is signed in", async () => {
  const world = testWorld({ env: withoutDelivery(), now: () => START });
  const { connectionId } = await connected(world, "doors");
  const revoked = await createDoorLink(world, connectionId, "north");
  const kept = await createDoorLink(world, connectionId, "south");
  await revokeDoorLink(world, connectionId, (await findDoorLink(world, revoked))?.keyHash ?? "");
  // The copy is from before the revocation, and from before these people signed out.
  await world.db.raw.batch([
    world.db.raw
      .prepare("UPDATE door_links SET revoked_at = NULL WHERE connection_id = ?")
      .bind(connectionId),
    ...["operator", "organizer", "participant"].map((kind) =>
      world.db.raw
        .prepare(
          "INSERT INTO sessions (id_hash, kind, subject, created_at, expires_at) VALUES (?1, ?1, 's', 1, ?2)",
        )
        .bind(kind, START + HOUR),
    ),
  ]);
  expect(await findDoorLink(world, revoked)).not.toBeNull();

  await reapplyErasures(world);
  expect(await findDoorLink(world, revoked)).toBeNull();
  expect(await findDoorLink(world, kept)).not.toBeNull();
  expect(await world.db.raw.prepare("SELECT count(*) AS n FROM sessions").first()).toEqual({ n: 0 });
});

test("a revoked door link is forgotten when it would have ended by itself", async () => {
  const ledger = ledgerOf(testWorld());
  await ledger.rememberRevokedDoor("old-door", START, START - 1);
  expect(await ledger.revokedDoors()).toContain("old-door");
  await ledger.rememberRevokedDoor("new-door", START + HOUR, START);
  const known = await ledger.revokedDoors();
  expect([known.includes("old-door"), known.includes("new-door")]).toEqual([false, true]);
});
