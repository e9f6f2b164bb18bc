import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { checkCrons } from "../../src/launch/checks/crons.ts";
import { CRON_INTERVALS } from "../../src/monitoring/index.ts";
import { runCron } from "../../src/schedule.ts";
import { worldWith } from "../support/launch.ts";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const INTERVALS = { "*/5 * * * *": 5 * MINUTE, "23 * * * *": 60 * MINUTE };

/** Minutes ago that each cron ran, with how it ended; `watched` is when the watchdog began to look. */
async function ran(
  runs: readonly (readonly [cron: string, minutesAgo: number, detail?: string])[],
): Promise<void> {
  for (const [cron, minutesAgo, detail = "ok"] of runs) {
    const at = NOW - minutesAgo * MINUTE;
    const scheduledAt = detail === "watched since" ? 0 : at;
    await env.DB.prepare(
      "INSERT INTO cron_runs (job, scheduled_at, started_at, finished_at, detail) VALUES (?, ?, ?, ?, ?)",
    )
      .bind(cron, scheduledAt, at, at, detail)
      .run();
  }
}

const check = () => checkCrons({ ...worldWith(), now: () => NOW }, INTERVALS);

beforeEach(async () => {
  await env.DB.exec("DELETE FROM cron_runs");
});

test("crons that ran in time, and well, pass with their ages", async () => {
  await ran([
    ["*/5 * * * *", 2],
    ["23 * * * *", 50],
  ]);
  expect(await check()).toMatchObject({ ok: true, evidence: "*/5 * * * * 120 s ago, 23 * * * * 3000 s ago" });
});

test("a cron that has stopped is named", async () => {
  await ran([
    ["*/5 * * * *", 90],
    ["23 * * * *", 50],
  ]);
  expect(await check()).toMatchObject({ ok: false, evidence: "*/5 * * * * is late" });
});

test("a cron whose last run failed is named", async () => {
  await ran([
    ["*/5 * * * *", 6],
    ["*/5 * * * *", 1, "1 failed"],
    ["23 * * * *", 50],
  ]);
  expect((await check()).evidence).toBe("*/5 * * * * ended with 1 failed");
});

test("a cron that is not due yet is no proof, and no failure", async () => {
  await ran([
    ["*/5 * * * *", 1],
    ["23 * * * *", 10, "watched since"],
  ]);
  const result = await check();
  expect(result).toMatchObject({ ok: false, person: true, evidence: expect.stringContaining("23 * * * *") });
});

test("a cron that never came, though it was waited for, fails", async () => {
  await ran([
    ["*/5 * * * *", 1],
    ["23 * * * *", 300, "watched since"],
  ]);
  const { person, evidence } = await check();
  expect(person).toBeUndefined();
  expect(evidence).toBe("23 * * * * is late");
});

test("a trigger that is missing is told by the crons that run", async () => {
  const at = (minutes: number) => ({ ...worldWith(), now: () => NOW + minutes * MINUTE });
  await runCron(at(0), "*/5 * * * *", NOW);
  expect(await checkCrons(at(1), CRON_INTERVALS)).toMatchObject({
    ok: false,
    person: true,
    evidence: "not due yet since the deployment: */15 * * * *, 23 * * * *, 41 3 * * *",
  });
  await runCron(at(180), "*/5 * * * *", NOW + 180 * MINUTE);
  const { person, evidence } = await checkCrons(at(181), CRON_INTERVALS);
  expect(person).toBeUndefined();
  expect(evidence).toBe("*/15 * * * * is late; 23 * * * * is late");
});
