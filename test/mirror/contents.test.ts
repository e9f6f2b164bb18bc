import { expect, test } from "vitest";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";

const START = Date.UTC(2026, 0, 5, 12);
const PAGE_AT = 30_000;

/** An event of ours, or the page of the walk, which ranks at 30. */
type Item = number | "page";

/** When the four events happened. */
const TIMES = [10_000, 20_000, 40_000, 50_000];

/** What is true since when. At 30 it is again what it was at 10: a page that says so may find nothing to write. */
const TITLES: Readonly<Record<number, string>> = {
  10000: "Opening",
  20000: "Otwarcie",
  30000: "Opening",
  40000: "Zażółć 🎉",
  50000: "Closing",
};

function ordersOf(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** Kind, event type and list. */
type Subject = readonly [string, string, string];

const SUBJECTS: readonly Subject[] = [
  ["activity", "activity.updated", "activities"],
  ["thread", "thread.updated", "threads"],
  ["location", "location.updated", "locations"],
  ["event", "event.updated", "event"],
];

/** After each arrival, what is seen is the newest of what has arrived. */
async function expectNewest([kind, type, list]: Subject, order: readonly Item[]): Promise<void> {
  const clock = { at: START - 3_600_000 };
  let isRead = false;
  const { world, step } = pagesWorld((resource) => {
    if (resource !== list) return null;
    isRead = true;
    return { rows: [{ id: "it", title: TITLES[PAGE_AT] }], date: START + PAGE_AT + 1_000 };
  }, clock);
  const connection = await openPlain(world, clock.at);
  const key = { event_id: connection.eventId, organization_id: connection.organizationId };
  const tell = (at: number) =>
    consumeNow(
      [
        messageOf({
          type,
          occurred_at: new Date(START + at).toISOString(),
          ...key,
          data: { id: "it", title: TITLES[at] },
        }),
      ],
      world,
    );
  await startSync(world, connection, "initial");
  const told: number[] = [];
  for (const item of order) {
    if (item === "page") while (!isRead) await step();
    else await tell(item);
    told.push(item === "page" ? PAGE_AT : item);
    const [row] = await rowsOf(
      "SELECT data->>'$.title' AS title FROM resources WHERE connection_id = ? AND kind = ? AND id = 'it'",
      connection.id,
      kind,
    );
    expect(row, `${kind}: ${order.join(" ")}, after ${item}`).toEqual({
      title: TITLES[Math.max(...told)],
    });
  }
}

test.each(SUBJECTS)(
  "the content of %s is the newest that has arrived, in any order of four events",
  async (...subject) => {
    for (const order of ordersOf(TIMES)) await expectNewest(subject, order);
  },
);

test.each(SUBJECTS)("and so it is with a page of %s among three of them", async (...subject) => {
  for (const order of ordersOf([10_000, 20_000, "page", 50_000])) await expectNewest(subject, order);
});
