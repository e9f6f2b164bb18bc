import { describe, expect, test } from "vitest";
import { type Connection, endConnection, openConnection } from "../../src/connections/index.ts";
import { openDatabase } from "../../src/db/client.ts";
import { startSync } from "../../src/mirror/index.ts";
import type { World } from "../../src/world.ts";
import { openPlain, pagesWorld, walkAll } from "../support/pages.ts";
import { person } from "../support/people.ts";
import { rowsOf } from "../support/webhooks.ts";
import { wrappedD1 } from "../support/wrapped-d1.ts";

interface Clock {
  at: number;
}

const end = (world: World, { eventId, organizationId }: Connection, { at }: Clock) =>
  endConnection(world, { eventId, organizationId, reason: "organizer_revoked", at });

function begin(world: World, { eventId, organizationId, grantedScopes }: Connection, clock: Clock) {
  clock.at += 5_000;
  const scopes = { grantedScopes, askedScopes: grantedScopes };
  return openConnection(world, { eventId, organizationId, connectedAt: clock.at, ...scopes });
}

/** A first walk whose connection ends, and is made again, while Revento answers with a page of `resource`. */
async function reconnectDuring(resource: string) {
  const clock = { at: Date.UTC(2026, 0, 5) };
  let second: Awaited<ReturnType<typeof openConnection>> | null = null;
  const reconnect = async () => {
    await end(world, connection, clock);
    second = await begin(world, connection, clock);
  };
  const { world, sync, step } = pagesWorld(async (asked) => {
    clock.at += 1_500;
    const rows = [{ ...person(1), title: "Old", name: "Old" }];
    const page = { rows, next: "1", date: clock.at };
    if (asked === resource && second === null) await reconnect();
    return asked === resource ? page : null;
  }, clock);
  const connection = await openPlain(world, clock.at);
  await startSync(world, connection, "initial");
  while (second === null) expect(await step()).toBe(true);
  const written = async () => ({
    pages: await rowsOf(
      "SELECT page FROM run_pages WHERE connection_id = ? AND resource = ?",
      connection.id,
      resource,
    ),
    people: await rowsOf("SELECT id FROM participants WHERE connection_id = ?", connection.id),
    parts: await rowsOf(
      "SELECT id FROM resources WHERE connection_id = ? AND data->>'$.title' = 'Old'",
      connection.id,
    ),
  });
  return { connection, second, sync, written };
}

test.each(["event", "participants", "activities"])(
  "a page of %s that is under way when its connection is made again writes nothing into the second life",
  async (resource) => {
    const { connection, second, sync, written } = await reconnectDuring(resource);
    expect(second).toMatchObject({ connectionId: connection.id, generation: connection.generation + 1 });
    expect(await written()).toEqual({ pages: [], people: [], parts: [] });
    expect(sync.filter(({ kind }) => kind === "sync.page")).toEqual([]);
  },
);

/** The world with a database in which `happens` once, before it runs the first batch that has `sql` in it. */
function interrupted(world: World, sql: string, happens: () => Promise<unknown>): World {
  let isOver = false;
  const DB = wrappedD1(world.env.DB, async (calls, work) => {
    if (!isOver && calls.some((call) => call.sql.includes(sql))) {
      isOver = true;
      await happens();
    }
    return work();
  });
  return { ...world, env: { ...world.env, DB }, db: openDatabase(DB) };
}

const statesOf = ({ id }: Connection) =>
  rowsOf(
    `SELECT id, state FROM participants WHERE connection_id = ?1
     UNION ALL SELECT id, state FROM resources WHERE connection_id = ?1 ORDER BY id`,
    id,
  );

/** A walk misses a part and a person: the part is removed by it, the person by the one that follows. */
const LAST_STATEMENTS = {
  "removes a part": "UPDATE resources SET state = 'removed'",
  "cancels somebody": "UPDATE participants SET state = 'cancelled'",
};
const ENDS = { "ended and was made again": true, ended: false };

describe.each(Object.entries(LAST_STATEMENTS))("a walk that %s", (_, statement) => {
  test.each(Object.entries(ENDS))(
    "changes nothing where its connection %s after it was judged",
    async (_, isMadeAgain) => {
      const clock = { at: Date.UTC(2026, 0, 5) };
      const listed = new Map([
        ["participants", 40],
        ["activities", 3],
      ]);
      const pages = pagesWorld((resource) => {
        clock.at += 1_500;
        const rows = Array.from({ length: listed.get(resource) ?? 0 }, (_, n) => ({
          ...person(n),
          title: "A",
        }));
        return { rows, date: clock.at };
      }, clock);
      const connection = await openPlain(pages.world, clock.at);
      await walkAll(pages, connection, clock);
      listed.set("participants", 39).set("activities", 2);
      const judged: unknown[] = [];
      const within = interrupted(pages.world, statement, async () => {
        judged.push(await statesOf(connection));
        await end(pages.world, connection, clock);
        if (isMadeAgain) await begin(pages.world, connection, clock);
      });
      await walkAll({ world: within, step: () => pages.step(within) }, connection, clock);
      expect(judged).toEqual([await statesOf(connection)]);
    },
  );
});
