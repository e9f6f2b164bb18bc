import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { runSelfTest, sendCanaries } from "../../src/launch/index.ts";
import { beginTrials, listTrials } from "../../src/launch/store.ts";
import { worldWith } from "../support/launch.ts";

const queuesOf = async (world = worldWith()) =>
  (await runSelfTest(world)).checks.find(({ id }) => id === "queues");

beforeEach(async () => {
  await env.DB.exec("DELETE FROM trials");
});

test("before anybody sent a message the queues are not called silent, and the button is named", async () => {
  expect(await queuesOf()).toMatchObject({
    ok: false,
    evidence: "nobody has sent a message through the queues yet",
    todo: expect.stringContaining("“Send a message through every queue” on /ops/checklist"),
  });
});

test("a canary comes back from every queue", async () => {
  const world = worldWith();
  await sendCanaries(world);
  expect((await queuesOf(world))?.ok).toBe(false);
  await vi.waitFor(async () => expect((await queuesOf(world))?.ok).toBe(true), { timeout: 15_000 });
  const evidence = (await queuesOf(world))?.evidence;
  expect(evidence).toMatch(/revento-webhooks \d+ ms/);
  expect(evidence).toMatch(/revento-handlers-dead \d+ ms/);
  // Taken out ahead of the consumer: no letter is left behind.
  expect(await env.DB.prepare("SELECT count(*) AS n FROM dead_letters").first("n")).toBe(0);
});

test("a canary of an earlier try, back late, does not count for the queue", async () => {
  const world = worldWith();
  await sendCanaries(world);
  await beginTrials(world, ["queue:revento-sync"], "a later try");
  const others = async () => (await listTrials(world)).filter(({ name }) => name !== "queue:revento-sync");
  await vi.waitFor(
    async () => expect((await others()).every(({ finishedAt }) => finishedAt !== null)).toBe(true),
    { timeout: 15_000 },
  );
  expect(await queuesOf(world)).toMatchObject({
    ok: false,
    evidence: "no message came back from revento-sync",
    todo: expect.stringContaining("“Send a message through every queue” on /ops/checklist"),
  });
});
