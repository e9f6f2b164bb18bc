import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { setAside as setAsideRow } from "../../src/handling/set-aside.ts";
import { countSeals } from "../../src/monitoring/index.ts";
import { crons } from "../../src/schedule.ts";
import { replayDeadLetter, resealLetters } from "../../src/webhooks/index.ts";
import type { World } from "../../src/world.ts";
import { MIXED, setAside } from "../support/letters.ts";
import { heldQueue } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

afterEach(async () => {
  await env.DB.prepare("DELETE FROM dead_letters").run();
});

const KEYS = Object.fromEntries(
  ["a", "b"].map((kid, index) => [kid, { kid, key: new Uint8Array(32).fill(index + 1) }]),
);

/** The Worker with a ring of keys, and queues that are not delivered. */
function worldWith(...kids: readonly string[]): World {
  const base = testWorld();
  const tokenKeys = kids.flatMap((kid) => KEYS[kid] ?? []);
  const queues = { WEBHOOKS: heldQueue(), SYNC: heldQueue(), HANDLERS: heldQueue() };
  return { ...base, config: { ...base.config, tokenKeys }, env: { ...base.env, ...queues } as World["env"] };
}

async function countsOf(world: World): Promise<Readonly<Record<string, number>>> {
  return Object.fromEntries((await countSeals(world)).map(({ keyId, seals }) => [keyId, seals]));
}

const [first] = MIXED;
const replay = (world: World, id: string = first.id) => replayDeadLetter(world, id, "operator");

test("a key that seals a dead letter is counted until the letter is sealed again, and is then missed by none", async () => {
  await setAside(worldWith("a"), MIXED);
  const rotating = worldWith("b", "a");
  expect(await countsOf(rotating)).toEqual({ a: 4, b: 0 });
  await resealLetters(rotating);
  expect(await countsOf(rotating)).toEqual({ a: 0, b: 4 });
  for (const { id } of MIXED) expect(await replay(worldWith("b"), id)).toBe("replayed");
});

test("what a handler gave up on is counted and sealed again too", async () => {
  const row = { id: 1, resource: "r", type: "t", body_id: "b", occurred_at: 1, is_stale: 0, attempts: 1 };
  const subject = { id: "c", eventId: "evt", organizationId: "org" };
  const statements = await setAsideRow(
    worldWith("a"),
    subject as Parameters<typeof setAsideRow>[1],
    "handler",
    { ...row, payload: "{}" },
    "broke",
  );
  await worldWith("a").db.raw.batch([...statements]);
  expect(await countsOf(worldWith("b", "a"))).toEqual({ a: 1, b: 0 });
  await resealLetters(worldWith("b", "a"));
  expect(await countsOf(worldWith("b", "a"))).toEqual({ a: 0, b: 1 });
});

test("letters are sealed again by a cron", () => {
  expect(Object.values(crons).flat()).toContain(resealLetters);
});

test("while it is not known what seals a letter of an earlier version no key may go, and the cron finds out", async () => {
  await setAside(worldWith("a"), [first]);
  await env.DB.prepare("UPDATE dead_letters SET key_id = NULL").run();
  const rotating = worldWith("b", "a");
  expect(await countsOf(rotating)).toEqual({ a: 1, b: 1 });
  await resealLetters(worldWith("a"));
  expect(await countsOf(rotating)).toEqual({ a: 1, b: 0 });
});

test("a letter whose key is not in the ring is named with it, and sealed again once the key is back", async () => {
  await setAside(worldWith("a"), [first]);
  await env.DB.prepare("UPDATE dead_letters SET key_id = NULL").run();
  await resealLetters(worldWith("b"));
  expect(await countSeals(worldWith("b"))).toContainEqual({
    keyId: "a",
    seals: 1,
    isCurrent: false,
    isInRing: false,
  });
  await resealLetters(worldWith("b", "a"));
  expect(await replay(worldWith("b"))).toBe("replayed");
});

test("a letter that no key opens keeps no key in use, and none of the others back", async () => {
  await setAside(worldWith("a"), MIXED);
  await env.DB.prepare("UPDATE dead_letters SET sealed = 'gone.gone.gone' WHERE id = ?").bind(first.id).run();
  const rotating = worldWith("b", "a");
  await resealLetters(rotating);
  await resealLetters(rotating);
  expect(await countsOf(rotating)).toEqual({ a: 0, b: 3 });
});

test("a letter that went while it was sealed again stays gone", async () => {
  await setAside(worldWith("a"), [first]);
  const rotating = worldWith("b", "a");
  await Promise.all([resealLetters(rotating), replay(rotating)]);
  const { results } = await env.DB.prepare("SELECT id FROM dead_letters").all();
  expect(results).toEqual([]);
});
