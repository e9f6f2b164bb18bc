import { expect, test } from "vitest";
import { findConnection } from "../../src/connections/index.ts";
import { nextHealth, runProbe, shownHealth } from "../../src/health/index.ts";
import { startEmulator } from "../support/emulator.ts";
import { testWorld } from "../support/world.ts";

async function connected() {
  const emulator = startEmulator();
  await emulator.connect();
  const key = { eventId: emulator.eventId, organizationId: emulator.organizationId };
  const world = testWorld();
  const find = async () => {
    const connection = await findConnection(world, key);
    if (connection === null) throw new Error("not connected");
    return connection;
  };
  const probe = async (jobId: string) => {
    const { id, generation } = await find();
    const life = { ...key, connectionId: id, generation };
    await runProbe(world, { kind: "health.probe", life, jobId });
    return shownHealth(await find(), Date.now());
  };
  return { emulator, probe, find, world };
}

const down = () => new Response("{}", { status: 500 });

test("a probe says healthy, error after the second failure, healthy again, with since and by what", async () => {
  const { emulator, probe, find } = await connected();
  expect(await probe("cron-1")).toMatchObject({ state: "healthy", detail: "probe: the event was read" });
  const { healthSince } = await find();
  emulator.intercept = (request) => (request.url.includes("/api/v1/events/") ? down() : undefined);
  expect(await probe("a-first-look")).toMatchObject({ state: "error" });
  emulator.intercept = () => undefined;
  expect(await probe("cron-2")).toMatchObject({ state: "healthy" });
  expect((await find()).healthSince).not.toBe(healthSince);
});

test("the cron's probe is skipped where a real call has just shown the same", async () => {
  const { emulator, probe } = await connected();
  await probe("cron-1");
  const before = emulator.requests.length;
  expect(await probe("cron-2")).toMatchObject({
    state: "healthy",
    detail: expect.stringMatching(/^call .* succeeded/),
  });
  expect(emulator.requests.length).toBe(before);
});

const known = { state: "healthy" as const, since: 1, streak: 0, detail: null };

test("one bad answer is an accident, two in a row are a state", () => {
  const bad = { state: "error" as const, detail: "down" };
  const once = nextHealth(known, bad, 2, false);
  expect(once).toMatchObject({ state: "healthy", streak: 1, hasChanged: false });
  expect(nextHealth(once, { state: "healthy", detail: "" }, 3, false)).toMatchObject({ streak: 0 });
  expect(nextHealth(once, bad, 3, false)).toMatchObject({ state: "error", since: 3, hasChanged: true });
});

test("a dead token counts at once, and so does what an operator asks for", () => {
  expect(nextHealth(known, { state: "revoked", detail: "" }, 2, false)).toMatchObject({ state: "revoked" });
  expect(nextHealth(known, { state: "throttled", detail: "" }, 2, true)).toMatchObject({
    state: "throttled",
  });
});

test("a look that is too old is never shown as healthy, and an ended connection never at all", async () => {
  const { probe, find } = await connected();
  await probe("cron-1");
  const connection = await find();
  expect(shownHealth(connection, Date.now() + 41 * 60_000)).toMatchObject({
    state: "unknown",
    detail: expect.stringContaining("last seen healthy at"),
  });
  expect(shownHealth({ ...connection, status: "suspended", reason: "suspended" }, Date.now())).toMatchObject({
    state: "revoked",
  });
});
