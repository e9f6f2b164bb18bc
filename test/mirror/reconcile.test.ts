import { expect, test } from "vitest";
import { endConnection } from "../../src/connections/index.ts";
import { confirmReconcile, startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { openPeople, person } from "../support/people.ts";
import { consumeNow, rowsOf } from "../support/webhooks.ts";

test("who is absent from two complete walks is cancelled; the second starts by itself", async () => {
  const event = await openPeople(36);
  event.list.people.splice(3, 1);
  await event.reconcile();
  const [row] = await rowsOf(
    "SELECT state, cancelled_at IS NOT NULL AS dated FROM participants WHERE connection_id = ? AND id = 'ptp_0003'",
    event.connection.id,
  );
  expect(row).toEqual({ state: "cancelled", dated: 1 });
  const history = await rowsOf(
    "SELECT resource_id, from_state, to_state FROM state_changes WHERE connection_id = ?",
    event.connection.id,
  );
  expect(history).toEqual([{ resource_id: "ptp_0003", from_state: "present", to_state: "cancelled" }]);
});

test("who reappears is restored, with history", async () => {
  const event = await openPeople(36);
  const [gone] = event.list.people.splice(3, 1);
  await event.reconcile();
  if (gone !== undefined) event.list.people.splice(3, 0, gone);
  await event.reconcile();
  expect((await event.show()).people).toHaveLength(36);
  const history = await rowsOf(
    "SELECT to_state FROM state_changes WHERE connection_id = ? ORDER BY at",
    event.connection.id,
  );
  expect(history).toEqual([{ to_state: "cancelled" }, { to_state: "present" }]);
});

test("a fifth of the people missing freezes the walk until the operator confirms", async () => {
  const event = await openPeople(30);
  event.list.people.splice(0, 6);
  await event.reconcile();
  expect(await event.show()).toMatchObject({ state: "frozen", detail: "6 of 30 participants are missing" });
  await event.reconcile();
  const frozen = await event.show();
  expect(frozen).toMatchObject({ state: "frozen" });
  expect(frozen.people).toHaveLength(30);
  const confirmed = await confirmReconcile(event.world, event.connection, "operator");
  expect(confirmed.ok).toBe(true);
  await event.drain();
  const after = await event.show();
  expect(after.state).toBe("complete");
  expect(after.people).toHaveLength(24);
  expect((await confirmReconcile(event.world, event.connection, "operator")).ok).toBe(false);
});

test("an empty list freezes the walk, whatever the number", async () => {
  const event = await openPeople(3);
  event.list.people.splice(0);
  await event.reconcile();
  expect(await event.show()).toMatchObject({ state: "frozen", people: ["ptp_0000", "ptp_0001", "ptp_0002"] });
});

test("a crash between the page and the next message is resumed by the redelivery", async () => {
  const event = await openPeople(200);
  await startSync(event.world, event.connection, "reconcile");
  for (let steps = 0; steps < 4; steps++) {
    const message = event.sync[0];
    await event.step();
    // The page is committed, the next message is lost, and the queue delivers the first one again.
    event.sync.splice(0);
    if (message !== undefined) await consumeNow([message], event.world, "revento-sync", 2);
  }
  await event.drain();
  expect(await event.show()).toMatchObject({ state: "complete" });
});

test("only one walk runs at a time", async () => {
  const event = await openPeople(100);
  await startSync(event.world, event.connection, "reconcile");
  await event.step();
  const [first] = await rowsOf("SELECT id FROM runs WHERE connection_id = ?", event.connection.id);
  await startSync(event.world, event.connection, "reconcile");
  await event.step();
  await event.step();
  expect(await rowsOf("SELECT id FROM runs WHERE connection_id = ?", event.connection.id)).toEqual([first]);
});

test("a page that is under way when the connection ends writes nothing", async () => {
  const event = await openPeople(120);
  await rowsOf("DELETE FROM participants WHERE connection_id = ?", event.connection.id);
  await startSync(event.world, event.connection, "reconcile");
  await event.step();
  await event.step();
  const { eventId, organizationId } = event.connection;
  let ending: Promise<unknown> | undefined;
  event.list.fault = () => {
    // It ends while Revento is answering: its statement reaches D1 ahead of the page's.
    ending = endConnection(event.world, {
      eventId,
      organizationId,
      reason: "organizer_revoked",
      at: event.clock.at,
    });
    return null;
  };
  await event.drain();
  expect(ending).toBeDefined();
  await ending;
  expect(await rowsOf("SELECT id FROM participants WHERE connection_id = ?", event.connection.id)).toEqual(
    [],
  );
});

test("a scope that was not granted leaves out its resources, and the run says so", async () => {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const { world, step } = pagesWorld((resource) => {
    clock.at += 1_500;
    if (resource === "event" || resource === "participants") return { rows: [person(1)], date: clock.at };
    return { failure: { kind: "missing_scope", scope: "program.read" } };
  }, clock);
  const connection = await openPlain(world, clock.at);
  await startSync(world, connection, "initial");
  while (await step());
  const [run] = await rowsOf(
    "SELECT state, skipped, detail FROM runs WHERE connection_id = ?",
    connection.id,
  );
  const program = ["activities", "threads", "locations", "registration_waves", "program"];
  expect(run).toEqual({
    state: "complete",
    skipped: JSON.stringify(program),
    detail: `${program.join(", ")}: program.read was not granted`,
  });
});

test("what the granted scopes do not cover is left out without a call, and the run says so", async () => {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const asked: string[] = [];
  const { world, step } = pagesWorld((resource) => {
    asked.push(resource);
    clock.at += 1_500;
    return { rows: [person(1)], date: clock.at };
  }, clock);
  for (const [scopes, visited, detail] of [
    [
      ["participants.read"],
      ["participants"],
      /^event: event.read was not granted; activities, .*program.read/,
    ],
    [["event.read", "program.read"], ["event", "activities", "threads"], /^participants: participants.read/],
    [[], [], /event.read.*participants.read.*program.read/],
  ] as const) {
    const connection = await openPlain(world, clock.at, scopes);
    asked.length = 0;
    await startSync(world, connection, "initial");
    while (await step());
    expect(asked.slice(0, 3)).toEqual(visited);
    const [run] = await rowsOf<{ state: string; detail: string }>(
      "SELECT state, detail FROM runs WHERE connection_id = ?",
      connection.id,
    );
    expect(run).toEqual({ state: "complete", detail: expect.stringMatching(detail) });
  }
});

test("a reconcile that finds nothing changed writes no row of the mirror, and five beside one a page", async () => {
  const event = await openPeople(120);
  const snapshot = () =>
    rowsOf("SELECT * FROM participants WHERE connection_id = ? ORDER BY id", event.connection.id);
  const before = await snapshot();
  await event.reconcile();
  const written = event.counts.rowsWritten;
  await event.reconcile();
  expect(await snapshot()).toEqual(before);
  const [run] = await rowsOf<{ pages: number }>(
    "SELECT pages FROM runs WHERE connection_id = ?",
    event.connection.id,
  );
  expect(run?.pages).toBe(9);
  expect(event.counts.rowsWritten - written).toBeLessThanOrEqual(9 + 5);
});
