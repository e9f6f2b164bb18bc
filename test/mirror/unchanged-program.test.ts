import { expect, test } from "vitest";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { rowsOf } from "../support/webhooks.ts";

const LISTS = ["activities", "threads", "locations", "registration-waves"];
/** The event, the people, the four lists and the program have a page each. */
const PAGES = 7;
/** What a walk writes beside its pages: its row at both ends, its entry among the running ones, the job, a counter. */
const BESIDE = 5;

/** An event with twenty rows in each program list, in the mirror by a complete walk. */
async function openProgram() {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const titles = Array.from({ length: 20 }, (_, index) => `Part ${index}`);
  const { world, counts, step } = pagesWorld((resource) => {
    clock.at += 1_500;
    if (!LISTS.includes(resource)) return null;
    const rows = titles.map((title, index) => ({
      id: `${resource}_${index}`,
      title,
      updated_at: "2026-01-01T00:00:00.000Z",
    }));
    return { rows, date: clock.at };
  }, clock);
  const connection = await openPlain(world, clock.at);
  const writtenBy = async () => {
    const before = counts.rowsWritten;
    clock.at += 60_000;
    await startSync(world, connection, "reconcile");
    while (await step());
    return counts.rowsWritten - before;
  };
  const rows = () =>
    rowsOf("SELECT * FROM resources WHERE connection_id = ? ORDER BY kind, id", connection.id);
  await writtenBy();
  return { titles, connection, writtenBy, rows };
}

test("a reconcile of an unchanged program writes none of its eighty rows", async () => {
  const { connection, writtenBy, rows } = await openProgram();
  const before = await rows();
  expect(before).toHaveLength(LISTS.length * 20 + 2);
  await writtenBy();
  expect(await writtenBy()).toBeLessThanOrEqual(PAGES + BESIDE);
  expect(await rows()).toEqual(before);
  expect(await rowsOf("SELECT state, pages FROM runs WHERE connection_id = ?", connection.id)).toEqual([
    { state: "complete", pages: PAGES },
  ]);
});

test("one that changed in each list costs its own row and no other", async () => {
  const { titles, writtenBy } = await openProgram();
  await writtenBy();
  const unchanged = await writtenBy();
  titles[7] = "Another title";
  const changed = await writtenBy();
  expect(changed - unchanged).toBeGreaterThanOrEqual(LISTS.length);
  // A row, and what its indexes and the cached program take.
  expect(changed - unchanged).toBeLessThanOrEqual(LISTS.length * 3);
});
