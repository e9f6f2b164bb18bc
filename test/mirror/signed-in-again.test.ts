import { expect, test } from "vitest";
import { type Connection, endConnection, openConnection } from "../../src/connections/index.ts";
import { startSync, sweepRuns } from "../../src/mirror/index.ts";
import type { World } from "../../src/world.ts";
import { startEmulator } from "../support/emulator.ts";
import { until } from "../support/grants.ts";
import { openPlain, type PageAnswer, pagesWorld } from "../support/pages.ts";
import { person } from "../support/people.ts";
import { rowsOf } from "../support/webhooks.ts";

const PEOPLE = 5;

/** The consent of an organizer who signs in again: the same life, another generation. */
async function signInAgain(world: World, { eventId, organizationId, grantedScopes }: Connection) {
  const scopes = { grantedScopes, askedScopes: grantedScopes };
  const opened = await openConnection(world, {
    eventId,
    organizationId,
    connectedAt: world.now(),
    ...scopes,
  });
  expect(opened.kind).toBe("signed_in");
}

/** A first walk of five pages of one person each. `during` may answer the third, or do something meanwhile. */
async function openWalk(during: () => Promise<PageAnswer | undefined>) {
  const clock = { at: Date.UTC(2026, 0, 5) };
  let isOver = false;
  const pages = pagesWorld(async (asked, cursor) => {
    clock.at += 1_500;
    if (asked !== "participants") return null;
    const n = Number(cursor ?? 1);
    if (n === 3 && !isOver) {
      isOver = true;
      const answer = await during();
      if (answer !== undefined) return answer;
    }
    return { rows: [person(n)], next: n < PEOPLE ? String(n + 1) : null, date: clock.at };
  }, clock);
  const connection = await openPlain(pages.world, clock.at);
  await startSync(pages.world, connection, "initial");
  const finish = async () => {
    while (await pages.step());
    clock.at += 1_000_000;
    await sweepRuns(pages.world);
    while (await pages.step());
    return {
      people: (await rowsOf("SELECT id FROM participants WHERE connection_id = ?", connection.id)).length,
      ends: await rowsOf(
        "SELECT outcome, detail FROM jobs WHERE connection_id = ? ORDER BY finished_at",
        connection.id,
      ),
    };
  };
  return { ...pages, clock, connection, finish };
}

const ANEW = { outcome: "failed", detail: "its consent was given anew" };
const COMPLETE = { outcome: "complete", detail: null };

test("an organizer who signs in again between two pages of the first walk: another reads everything", async () => {
  const { world, connection, step, clock, finish } = await openWalk(async () => undefined);
  for (let jobs = 0; jobs < 4; jobs++) await step();
  clock.at += 5_000;
  await signInAgain(world, connection);
  expect(await finish()).toEqual({ people: PEOPLE, ends: [ANEW, COMPLETE] });
});

test("… while a page is under way, which is not written", async () => {
  const walk = await openWalk(async () => {
    await signInAgain(walk.world, walk.connection);
    return undefined;
  });
  expect(await walk.finish()).toEqual({ people: PEOPLE, ends: [ANEW, COMPLETE] });
});

test("… and the grant's object refuses a job of the generation before", async () => {
  const walk = await openWalk(async () => {
    await signInAgain(walk.world, walk.connection);
    return { failure: { kind: "not_connected", status: "ended", reason: null } };
  });
  expect(await walk.finish()).toEqual({ people: PEOPLE, ends: [ANEW, COMPLETE] });
});

test("where the connection ended instead, no other walk begins", async () => {
  const { world, connection, step, clock, finish } = await openWalk(async () => undefined);
  for (let jobs = 0; jobs < 4; jobs++) await step();
  const { eventId, organizationId } = connection;
  await endConnection(world, { eventId, organizationId, reason: "organizer_revoked", at: clock.at });
  const over = { outcome: "failed", detail: "the connection is over" };
  expect((await finish()).ends).toEqual([over]);
});

test("what is granted only when the organizer signs in again is read at once", async () => {
  const emulator = startEmulator();
  const activities = () => emulator.count(`GET /api/v1/events/${emulator.eventId}/activities`);
  const { eventId } = emulator;
  const isComplete = async () => {
    const rows = await rowsOf<{ state: string }>(
      "SELECT r.state FROM runs r JOIN connections c ON c.id = r.connection_id WHERE c.event_id = ?",
      eventId,
    );
    return rows[0]?.state === "complete";
  };
  await (await emulator.connect({ withoutScopes: ["program.read"] })).response.text();
  await until(isComplete, 15_000);
  expect(activities()).toBe(0);
  await (await emulator.connect()).response.text();
  await until(async () => activities() > 0 && (await isComplete()), 15_000);
}, 40_000);
