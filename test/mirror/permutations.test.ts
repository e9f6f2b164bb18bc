import * as fc from "fast-check";
import { expect, inject, test } from "vitest";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";

/** All times are small, so that they meet: the page ranks at 40. */
const START = Date.UTC(2026, 0, 1);
const PAGE_AT = 40;

interface Step {
  readonly at: number;
  readonly kind: "application" | "profile" | "registered";
  readonly status: "pending" | "approved" | "rejected" | "revision_requested";
  readonly name: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  at: fc.integer({ min: 10, max: 70 }).map((at) => at - (at % 10)),
  kind: fc.constantFrom("application", "profile", "registered"),
  status: fc.constantFrom("pending", "approved", "rejected", "revision_requested"),
  name: fc.constantFrom("Ola", "Łukasz", "🎉"),
});

const iso = (at: number): string => new Date(START + at * 1000).toISOString();
const TYPES = {
  pending: "application.submitted",
  approved: "application.approved",
  rejected: "application.rejected",
  revision_requested: "application.revision_requested",
};

/** What Revento's own row is after everything up to `until`. */
function truthAt(steps: readonly Step[], until: number, person = "1") {
  const past = steps.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
  const last = (kinds: Step["kind"][]) => past.findLast(({ kind }) => kinds.includes(kind));
  const registered = last(["registered"]);
  return {
    id: `ptp_${person}`,
    user_id: `usr_${person}`,
    application_id: `app_${person}`,
    application_status: last(["application"])?.status ?? "pending",
    display_name: last(["profile", "registered"])?.name ?? "Base",
    email: "a@example.test",
    role: null,
    custom_form_fields: { at: past.at(-1)?.at ?? 0 },
    registered_at: registered === undefined ? null : iso(registered.at),
    updated_at: iso(past.at(-1)?.at ?? 0),
  };
}

function eventOf(
  steps: readonly Step[],
  one: Step,
  key: { event_id: string; organization_id: string },
  person = "1",
) {
  const truth = truthAt(steps, one.at, person);
  const envelope = { id: `${steps.indexOf(one)} ${person}`, occurred_at: iso(one.at), ...key };
  if (one.kind === "application") {
    const { id: participant_id, application_id: id, user_id, custom_form_fields } = truth;
    const data = { id, participant_id, user_id, status: one.status, custom_form_fields };
    return messageOf({ ...envelope, type: TYPES[one.status], data });
  }
  const isRegistration = one.kind === "registered";
  const type = isRegistration ? "participant.registered" : "participant.profile_updated";
  const registered = isRegistration ? { registered_at: iso(one.at) } : {};
  return messageOf({ ...envelope, type, data: { ...truth, display_name: one.name, ...registered } });
}

const VISIBLE = `SELECT id, user_id, display_name, email, role, extra, application_id, application_status, registered_at,
  custom_form_fields, state, cancelled_at, updated_at FROM participants WHERE connection_id = ?`;

/** Plays items in an order: numbers are events, `page` is the page, which also ends the walk where `isEnded`. */
async function play(steps: readonly Step[], order: readonly (number | "page")[], isEnded: boolean) {
  const clock = { at: START };
  const row = truthAt(steps, PAGE_AT);
  // `Date` is a second above the rank (the stage's calls take no time).
  const { world, step: next } = pagesWorld(
    (resource) => (resource === "participants" ? { rows: [row], date: START + PAGE_AT * 1000 + 1000 } : null),
    clock,
  );
  const connection = await openPlain(world, START);
  const key = { event_id: connection.eventId, organization_id: connection.organizationId };
  await startSync(world, connection, "initial");
  await next();
  await next();
  for (const item of order) {
    const one = item === "page" ? undefined : steps[item];
    if (one !== undefined) await consumeNow([eventOf(steps, one, key)], world);
    else {
      await next();
      while (isEnded && (await next()));
    }
  }
  const [found] = await rowsOf(VISIBLE, connection.id);
  return found;
}

function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const itemsOf = (steps: readonly Step[]): (number | "page")[] => [...steps.keys(), "page"];
const RUNS = inject("soak") ? 400 : 8;

test("events and a page in any order give the same row", { timeout: 1_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      async (steps, isEnded, draws) => {
        const items = itemsOf(steps);
        const expected = await play(steps, items, isEnded);
        for (let round = 0; round < 8; round++) {
          const order = [...items]
            .map((item) => ({ item, rank: draws.next().value ?? 0 }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ item }) => item);
          expect(await play(steps, order, isEnded), order.join(" ")).toEqual(expected);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

/** Plays orders that have the page at the same place, each for a person of their own, in one connection. */
async function playTogether(steps: readonly Step[], orders: readonly (readonly (number | "page")[])[]) {
  const clock = { at: START };
  const people = orders.map((_, index) => String(index));
  const { world, step: next } = pagesWorld((resource, cursor) => {
    if (resource !== "participants") return null;
    const from = Number(cursor ?? 0);
    const rows = people.slice(from, from + 50).map((person) => truthAt(steps, PAGE_AT, person));
    const isLast = from + 50 >= people.length;
    return { rows, next: isLast ? null : String(from + 50), date: START + PAGE_AT * 1000 + 1000 };
  }, clock);
  const connection = await openPlain(world, START);
  const key = { event_id: connection.eventId, organization_id: connection.organizationId };
  await startSync(world, connection, "initial");
  await next();
  await next();
  for (const place of itemsOf(steps).keys()) {
    if (orders[0]?.[place] === "page") while (await next());
    const messages = orders.flatMap((order, index) => {
      const one = steps[Number(order[place])];
      return one === undefined ? [] : [eventOf(steps, one, key, String(index))];
    });
    for (let from = 0; from < messages.length; from += 100) {
      await consumeNow(messages.slice(from, from + 100), world);
    }
  }
  return rowsOf<Record<string, unknown>>(VISIBLE, connection.id);
}

test("all 5,040 orders of six events and a page, some at the same time, give the same row", {
  timeout: 300_000,
}, async () => {
  const steps: Step[] = [
    { at: 20, kind: "application", status: "pending", name: "Ola" },
    { at: 30, kind: "profile", status: "pending", name: "Łukasz" },
    { at: 40, kind: "application", status: "rejected", name: "Ola" },
    { at: 50, kind: "application", status: "approved", name: "Ola" },
    { at: 50, kind: "registered", status: "approved", name: "🎉" },
    { at: 50, kind: "application", status: "revision_requested", name: "Ola" },
  ];
  const orders = ordersOf(itemsOf(steps));
  expect(orders).toHaveLength(5_040);
  const ends = new Map<string, string>();
  for (const place of itemsOf(steps).keys()) {
    const alike = orders.filter((order) => order[place] === "page");
    const rows = await playTogether(steps, alike);
    expect(rows).toHaveLength(alike.length);
    for (const row of rows) {
      const person = String(row.id).replace("ptp_", "");
      const end = JSON.stringify(row).replaceAll(`_${person}"`, '_1"');
      ends.set(end, `${alike[Number(person)]?.join(" ")}`);
    }
  }
  // What Revento says at last; of three at the same time, the latest status by its order.
  expect([...ends.values()], [...ends.keys()].join("\n")).toHaveLength(1);
  expect(JSON.parse([...ends.keys()][0] ?? "")).toMatchObject({
    id: "ptp_1",
    user_id: "usr_1",
    application_id: "app_1",
    application_status: "approved",
    display_name: "🎉",
    registered_at: START + 50_000,
    custom_form_fields: JSON.stringify({ at: 50 }),
    state: "present",
  });
});

test("a webhook that a page has confirmed and not written does not come back late", async () => {
  // The row is there since 10, changes at 20 and back at 30; the page at 40 finds it unchanged and writes nothing.
  const steps: Step[] = [
    { at: 10, kind: "profile", status: "pending", name: "Ola" },
    { at: 20, kind: "profile", status: "pending", name: "Łukasz" },
    { at: 30, kind: "profile", status: "pending", name: "Ola" },
  ];
  for (const isEnded of [false, true]) {
    expect(await play(steps, [0, "page", 1], isEnded)).toMatchObject({ display_name: "Ola" });
  }
});
