import { describe, expect, inject, test } from "vitest";
import type { SyncMessage } from "../../src/messages.ts";
import { startSync } from "../../src/mirror/index.ts";
import type { PageAnswer } from "../support/pages.ts";
import { type Fault, openPeople, person } from "../support/people.ts";

/** Pages are of another size than Revento's, so that each of them can have its turn within seconds. */
const EVENTS = [
  { count: 10, pageSize: 3 },
  { count: 1_000, pageSize: inject("soak") ? 50 : 250 },
];
const open = ({ count, pageSize }: (typeof EVENTS)[number]) =>
  openPeople(count, { pageSize, scopes: ["event.read", "participants.read"] });
const pagesOf = ({ count, pageSize }: (typeof EVENTS)[number]) =>
  Array.from({ length: Math.ceil(count / pageSize) }, (_, index) => index + 1);

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
  "a 500 again and again": (page) =>
    always(page, () => ({ failure: { kind: "revento_unavailable", detail: "500" } })),
  "a 500, once": (page) => once(page, { failure: { kind: "revento_unavailable", detail: "500" } }),
  "an empty page that says it is the last": (page) => always(page, ended),
  "a repeated row": (page) => once(page, "repeat_row"),
  "a skipped row": (page) => once(page, "skip_row"),
  "a lost cursor": (page) =>
    always(page, (cursor) => (cursor === null ? null : refused(400, "invalid_request"))),
  "an empty page that says it is the last, once": (page) => once(page, ended()),
  "an empty page that promises more": (page) => once(page, { ...ended(), next: "more" }),
  "a list that ends early": (page) => once(page, "end_here"),
  "an answer without its cursor": (page) =>
    always(page, () => ({ failure: { kind: "revento_malformed", detail: "" } })),
  "a 404": (page) => always(page, () => ({ failure: { kind: "not_found", what: "page" } })),
  "a scope that is taken away": (page) =>
    always(page, () => ({ failure: { kind: "missing_scope", scope: "participants.read" } })),
  "a dead connection": (page) =>
    always(page, () => ({ failure: { kind: "not_connected", status: "suspended", reason: null } })),
};

describe.each(EVENTS)("at each page of an event of $count", (size) => {
  test.each(Object.entries(FAULTS))("%s cancels nobody", { timeout: 300_000 }, async (_, fault) => {
    const event = await open(size);
    const everybody = (await event.show()).people;
    expect(everybody).toHaveLength(size.count);
    for (const page of pagesOf(size)) {
      let isStruck = false;
      const struck = fault(page);
      event.list.fault = (at, cursor) => {
        const answer = struck(at, cursor);
        isStruck ||= answer !== null;
        return answer;
      };
      await event.reconcile();
      expect((await event.show()).people, `page ${page}`).toEqual(everybody);
      // The first page has no cursor that could be lost.
      expect(isStruck, `page ${page}`).toBe(page > 1 || fault !== FAULTS["a lost cursor"]);
    }
    event.list.fault = () => null;
    await event.reconcile();
    expect(await event.show()).toMatchObject({ people: everybody, state: "complete" });
  });

  test("Monday's reset cancels nobody who is there afterwards", { timeout: 300_000 }, async () => {
    const event = await open(size);
    const seed = [...event.list.people];
    // New people since the seed: the reset takes them away while a page is being read.
    const since = Array.from({ length: Math.ceil(size.count / 10) }, (_, index) => person(5_000 + index));
    for (const page of pagesOf(size)) {
      event.list.people = [...since, ...seed];
      await event.reconcile();
      event.list.fault = (at) => {
        if (at === page) event.list.people = seed;
        return null;
      };
      await event.reconcile();
      event.list.fault = () => null;
      const { people } = await event.show();
      expect(people, `page ${page}`).toEqual(expect.arrayContaining(seed.map(({ id }) => id)));
    }
  });

  test("a duplicate of every page message begins no second chain and changes nothing", async () => {
    const event = await open(size);
    const before = await event.show();
    await startSync(event.world, event.connection, "reconcile");
    const copies = new Set<SyncMessage>();
    for (let next = event.sync[0]; next !== undefined; next = event.sync[0]) {
      if (next.kind === "sync.page" && !copies.has(next)) {
        const copy = { ...next };
        copies.add(copy);
        event.sync.push(copy);
      }
      await event.step();
      // One chain and the copies of its last page.
      expect(event.sync.length).toBeLessThanOrEqual(2);
    }
    // The event and every page of people, each asked for once.
    expect(copies.size).toBe(1 + pagesOf(size).length);
    expect(await event.show()).toEqual({ ...before, state: "complete" });
  });
});
