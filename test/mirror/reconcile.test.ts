import { expect, test } from "vitest";
import { endConnection } from "../../src/connections/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { confirmReconcile, startSync } from "../../src/mirror/index.ts";
import { openPlain, type PageAnswer, pagesWorld } from "../support/pages.ts";
import { consumeNow, rowsOf } from "../support/webhooks.ts";

const person = (index: number) => ({
  id: `ptp_${String(index).padStart(4, "0")}`,
  user_id: `usr_${index}`,
  application_id: `app_${index}`,
  application_status: "approved",
  display_name: `Person ${index}`,
  email: `p${index}@example.test`,
  registered_at: null,
  custom_form_fields: {},
  updated_at: "2026-01-01T00:00:00.000Z",
});

type Fault = (page: number, cursor: string | null) => PageAnswer | "skip_row" | "repeat_row" | null;

interface Show {
  readonly people: string[];
  readonly state: string;
  readonly detail: string | null;
}

/** An event whose people are in the mirror by a complete initial sync, with a list that can be made to fail. */
async function openEvent(count: number) {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const list = {
    people: Array.from({ length: count }, (_, index) => person(index)),
    fault: (() => null) as Fault,
  };
  const read = (cursor: string | null): PageAnswer => {
    const from = Number(cursor ?? 0);
    const page = from / 50 + 1;
    const faulty = list.fault(page, cursor);
    if (faulty !== null && typeof faulty === "object") return faulty;
    const slip = faulty === "skip_row" ? 1 : faulty === "repeat_row" ? -1 : 0;
    const rows = list.people.slice(Math.max(0, from + slip), from + 50);
    const next = from + 50 < list.people.length ? String(from + 50) : null;
    return { rows, next, date: Math.floor(clock.at / 1000) * 1000 };
  };
  const { world, sync, counts, step } = pagesWorld((resource, cursor) => {
    clock.at += 1_500;
    return resource === "participants" ? read(cursor) : null;
  }, clock);
  const connection = await openPlain(world, clock.at);
  const drain = async () => {
    for (let steps = 0; steps < 3_000 && (await step()); steps++) clock.at += 500;
  };
  const reconcile = async () => {
    clock.at += 60_000;
    await startSync(world, connection, "reconcile");
    await drain();
  };
  const show = async (): Promise<Show> => {
    const rows = await rowsOf<{ id: string }>(
      "SELECT id FROM participants WHERE connection_id = ? AND state = 'present' ORDER BY id",
      connection.id,
    );
    const [run] = await rowsOf<Show>("SELECT state, detail FROM runs WHERE connection_id = ?", connection.id);
    return { people: rows.map(({ id }) => id), state: run?.state ?? "", detail: run?.detail ?? null };
  };
  await startSync(world, connection, "initial");
  await drain();
  return { list, world, sync, counts, step, drain, reconcile, show, connection, clock };
}

const once = (at: number, fault: ReturnType<Fault>): Fault => {
  let isStruck = false;
  return (page) => {
    if (page !== at || isStruck) return null;
    isStruck = true;
    return fault;
  };
};
const always =
  (at: number, fault: (cursor: string | null) => ReturnType<Fault>): Fault =>
  (page, cursor) =>
    page === at ? fault(cursor) : null;

const ended = (): PageAnswer => ({ rows: [], next: null, date: Date.UTC(2026, 0, 6) });
const refused = (status: number, error: string): PageAnswer => ({
  failure: { kind: "revento_refused", status, error },
});

const FAULTS: Readonly<Record<string, (page: number) => Fault>> = {
  "a 401": (page) => always(page, () => refused(401, "invalid_token")),
  "a 500, once": (page) => once(page, { failure: { kind: "revento_unavailable", detail: "500" } }),
  "an empty page that says it is the last": (page) => always(page, ended),
  "a repeated row": (page) => once(page, "repeat_row"),
  "a skipped row": (page) => once(page, "skip_row"),
  "a lost cursor": (page) =>
    always(page, (cursor) => (cursor === null ? null : refused(400, "invalid_request"))),
  "a list that ends early": (page) => once(page, { rows: [], next: null, date: Date.UTC(2026, 0, 6) }),
  "an answer without its cursor": (page) =>
    always(page, () => ({ failure: { kind: "revento_malformed", detail: "" } })),
  "a dead connection": (page) =>
    always(page, () => ({ failure: { kind: "not_connected", status: "suspended", reason: null } })),
};

for (const [name, fault] of Object.entries(FAULTS)) {
  for (const count of [10, 1000]) {
    const pages = Math.ceil(count / 50);
    test(`${name} at any page of an event of ${count} cancels nobody`, { timeout: 120_000 }, async () => {
      const event = await openEvent(count);
      const everybody = (await event.show()).people;
      expect(everybody).toHaveLength(count);
      for (const page of new Set([1, 2, Math.ceil(pages / 2), pages])) {
        event.list.fault = fault(page);
        await event.reconcile();
        expect((await event.show()).people).toEqual(everybody);
        event.list.fault = () => null;
        await event.reconcile();
        expect(await event.show()).toMatchObject({ people: everybody, state: "complete" });
      }
    });
  }
}

test("who is absent from two complete walks is cancelled; the second starts by itself", async () => {
  const event = await openEvent(36);
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
  const event = await openEvent(36);
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
  const event = await openEvent(30);
  event.list.people.splice(0, 6);
  await event.reconcile();
  expect(await event.show()).toMatchObject({ state: "frozen", detail: "6 of 30 participants are missing" });
  await event.reconcile();
  const frozen = await event.show();
  expect(frozen).toMatchObject({ state: "frozen" });
  expect(frozen.people).toHaveLength(30);
  const confirmed = await confirmReconcile(event.world, event.connection);
  expect(confirmed.ok).toBe(true);
  await event.drain();
  const after = await event.show();
  expect(after.state).toBe("complete");
  expect(after.people).toHaveLength(24);
  expect((await confirmReconcile(event.world, event.connection)).ok).toBe(false);
});

test("an empty list freezes the walk, whatever the number", async () => {
  const event = await openEvent(3);
  event.list.people.splice(0);
  await event.reconcile();
  expect(await event.show()).toMatchObject({ state: "frozen", people: ["ptp_0000", "ptp_0001", "ptp_0002"] });
});

test("Monday's reset in the middle of a walk cancels nobody who is there afterwards", async () => {
  const event = await openEvent(200);
  const seed = [...event.list.people];
  // New people since the seed; the reset takes them away while page two is being read.
  event.list.people.push(...Array.from({ length: 30 }, (_, index) => person(500 + index)));
  await event.reconcile();
  event.list.fault = (page) => {
    if (page === 2) event.list.people = seed;
    return null;
  };
  await event.reconcile();
  event.list.fault = () => null;
  const { people } = await event.show();
  expect(people).toEqual(expect.arrayContaining(seed.map(({ id }) => id)));
});

test("a duplicate page message begins no second chain and changes nothing", async () => {
  const event = await openEvent(200);
  await startSync(event.world, event.connection, "reconcile");
  let most = 0;
  for (let steps = 0; steps < 60 && event.sync.length > 0; steps++) {
    const next = event.sync[0] as SyncMessage;
    if (next.kind === "sync.page") event.sync.push({ ...next });
    await event.step();
    most = Math.max(most, event.sync.length);
  }
  await event.drain();
  expect(most).toBeLessThan(25);
  expect(await event.show()).toMatchObject({ state: "complete" });
});

test("a crash between the page and the next message is resumed by the redelivery", async () => {
  const event = await openEvent(200);
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
  const event = await openEvent(100);
  await startSync(event.world, event.connection, "reconcile");
  await event.step();
  const [first] = await rowsOf("SELECT id FROM runs WHERE connection_id = ?", event.connection.id);
  await startSync(event.world, event.connection, "reconcile");
  await event.step();
  await event.step();
  expect(await rowsOf("SELECT id FROM runs WHERE connection_id = ?", event.connection.id)).toEqual([first]);
});

test("a page that is under way when the connection ends writes nothing", async () => {
  const event = await openEvent(120);
  await rowsOf("DELETE FROM participants WHERE connection_id = ?", event.connection.id);
  await startSync(event.world, event.connection, "reconcile");
  await event.step();
  await event.step();
  const { eventId, organizationId } = event.connection;
  let ending: Promise<unknown> = Promise.resolve();
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
  const event = await openEvent(120);
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
