import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import type { World } from "../../src/world.ts";
import { openPlain, pagesWorld, walkAll } from "../support/pages.ts";
import { openPeople, person } from "../support/people.ts";
import { rowsOf } from "../support/webhooks.ts";

const BAD = person(2).id;

afterEach(() =>
  env.DB.batch(["refuse_row", "refuse_page"].map((name) => env.DB.prepare(`DROP TRIGGER IF EXISTS ${name}`))),
);

function nested(levels: number): unknown {
  let value: unknown = "x";
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

/** From now on D1 says of one participant what it says of a row over 2 MB. The local one takes any. */
const refuseRow = () =>
  env.DB.exec(
    `CREATE TRIGGER refuse_row BEFORE INSERT ON participants WHEN NEW.id = '${BAD}' BEGIN SELECT RAISE(ABORT, 'string or blob too big: SQLITE_TOOBIG'); END`,
  );

/** Adds what the world warns of to a list. */
function warningsOf(world: World): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  Object.assign(world.log, {
    warn: (event: string, fields = {}) => void lines.push({ event, ...fields }),
  });
  return lines;
}

const countOf = async () =>
  (
    await rowsOf<{ count: number }>(
      "SELECT count FROM counters WHERE area = 'sync' AND outcome = 'row_not_stored'",
    )
  )[0]?.count ?? 0;

test.each([
  ["nests as deep as SQLite reads", { custom_form_fields: { deep: nested(998) } }, async () => {}],
  ["nests far deeper", { custom_form_fields: { deep: nested(1_500) } }, async () => {}],
  ["is too long", { display_name: "Somebody Else" }, refuseRow],
])("a row that %s hides no other, is named, and is not taken for absent", async (_, change, prepare) => {
  const event = await openPeople(6, { pageSize: 4 });
  await prepare();
  const warnings = warningsOf(event.world);
  const counted = await countOf();
  event.list.people = event.list.people.map((row) =>
    row.id === BAD ? { ...row, ...change } : { ...row, display_name: "New Name" },
  );
  event.list.people.splice(1, 0, person(50));
  await event.reconcile();
  await event.reconcile();

  const { people, state, detail } = await event.show();
  expect([state, detail]).toEqual(["complete", `not stored: participants ${BAD}`]);
  expect(people).toEqual([0, 1, 2, 3, 4, 5, 50].map((index) => person(index).id));
  const names = await rowsOf<{ id: string; display_name: string }>(
    "SELECT id, display_name FROM participants WHERE connection_id = ? AND display_name <> 'New Name' ORDER BY id",
    event.connection.id,
  );
  expect(names.map((row) => row.display_name)).toEqual(["Person 2", "Person 50"]);
  expect(warnings.filter((line) => line.event === "sync.row_not_stored")).toEqual(
    Array(2).fill(expect.objectContaining({ resource: "participants", id: BAD })),
  );
  expect((await countOf()) - counted).toBe(2);
});

test("a program that cannot be stored keeps the walk from nothing", async () => {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const pages = pagesWorld((resource) => {
    clock.at += 1_500;
    return resource === "program" ? { rows: [{ days: nested(1_200) }], date: clock.at } : null;
  }, clock);
  const connection = await openPlain(pages.world, clock.at);
  await walkAll(pages, connection, clock);
  expect(await rowsOf("SELECT state, detail FROM runs WHERE connection_id = ?", connection.id)).toEqual([
    { state: "complete", detail: "not stored: program program" },
  ]);
});

test("what was not stored stays named where something else is told of the walk, too", async () => {
  const event = await openPeople(6);
  await refuseRow();
  event.list.people = event.list.people.slice(0, 3);
  await event.reconcile();
  expect(await event.show()).toMatchObject({
    state: "frozen",
    detail: `3 of 6 participants are missing; not stored: participants ${BAD}`,
  });
});

test("a page that the database does not take at all fails the walk, and nobody is cancelled", async () => {
  const event = await openPeople(6);
  await env.DB.exec(
    "CREATE TRIGGER refuse_page BEFORE INSERT ON run_pages WHEN NEW.resource = 'participants' BEGIN SELECT RAISE(ABORT, 'string or blob too big: SQLITE_TOOBIG'); END",
  );
  await event.reconcile();
  expect(await event.show()).toEqual({
    people: [0, 1, 2, 3, 4, 5].map((index) => person(index).id),
    state: "failed",
    detail: "participants: a page that the database does not take",
  });
});
