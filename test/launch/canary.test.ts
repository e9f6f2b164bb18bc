import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { checkQueues } from "../../src/launch/checks/queues.ts";
import { runSelfTest, sendCanaries } from "../../src/launch/index.ts";
import { listTrials } from "../../src/launch/store.ts";
import { worldWith } from "../support/launch.ts";

const queuesOf = async (world = worldWith()) =>
  (await runSelfTest(world)).checks.find(({ id }) => id === "queues");

beforeEach(async () => {
  await env.DB.exec("DELETE FROM trials");
});

test("a canary comes back from every queue", async () => {
  const world = worldWith();
  await sendCanaries(world);
  expect((await queuesOf(world))?.ok).toBe(false);
  await vi.waitFor(async () => expect((await queuesOf(world))?.ok).toBe(true), { timeout: 15_000 });
  expect((await queuesOf(world))?.evidence).toMatch(/revento-webhooks \d+ ms/);
});

test("a queue without a consumer is named", async () => {
  const world = worldWith();
  await sendCanaries(world);
  await vi.waitFor(
    async () => expect((await listTrials(world)).every(({ finishedAt }) => finishedAt !== null)).toBe(true),
    { timeout: 15_000 },
  );
  const trials = (await listTrials(world)).map((trial) =>
    trial.name === "queue:revento-sync" ? { ...trial, finishedAt: null } : trial,
  );
  expect(checkQueues(trials)).toMatchObject({
    ok: false,
    evidence: "no message came back from revento-sync",
  });
});
