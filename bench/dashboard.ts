/**
 * The operator's dashboard at scale, in real workerd with a local D1: 10,000 connections, 1,000,000 deliveries, 20,000
 * participants in one event. Prints the time of the server for each page: median and worst of ten, goal 150 ms. The
 * plans of the statements are held by test/operator/plans.test.ts.
 */
import { createTestHarness } from "wrangler";
import { testSettings } from "../test/support/settings.ts";
import { SEED } from "./dashboard/seed.ts";

/** What this script needs of the binding. */
interface Database {
  prepare(sql: string): { run(): Promise<unknown> };
}

const GOAL_MS = 150;
const ROUNDS = 10;
const scale = Number(process.env.BENCH_SCALE ?? 1);

const BIG = "/ops/connections/evt_00000001/org_001";
const PAGES: readonly (readonly [name: string, path: string])[] = [
  ["overview", "/ops"],
  ["overview, week", "/ops?span=week"],
  ["connections", "/ops/connections"],
  ["connections, last page", "/ops/connections?cursor=WyJldnRfMDAwMDk5NjAiLCJvcmdfMDYwIl0"],
  ["connections by status", "/ops/connections?status=reconnect_required"],
  ["connections by reason", "/ops/connections?reason=invalid_grant"],
  ["connections by health", "/ops/connections?health=error"],
  ["connections by scope", "/ops/connections?scope=!program.read"],
  ["connections by name", "/ops/connections?q=Event%20777"],
  ["one connection", BIG],
  ["its 20,000 participants", `${BIG}/participants`],
  ["search in 20,000", `${BIG}/participants?q=nobody`],
  ["deliveries", "/ops/deliveries"],
  ["deliveries, stale", "/ops/deliveries?status=stale"],
  ["trace of a delivery", "/ops/trace?id=dlv_500000"],
  ["trace of a participant", "/ops/trace?id=ptp_10000"],
  ["dead letters", "/ops/dead-letters"],
  ["erasures", "/ops/erasures"],
  ["audit", "/ops/audit"],
  ["keys", "/ops/keys"],
];

const server = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars: testSettings }] });
await server.listen();
const worker = server.getWorker() as unknown as {
  applyD1Migrations(binding: string): Promise<void>;
  getEnv(): Promise<{ DB: Database }>;
};
await worker.applyD1Migrations("DB");
const { DB } = await worker.getEnv();
for (const [what, statement] of SEED(scale)) {
  const began = Date.now();
  await DB.prepare(statement).run();
  console.log(`seeded ${what} in ${Date.now() - began} ms`);
}
await DB.prepare("ANALYZE").run();

const headers = { authorization: `Bearer ${testSettings.OPERATOR_TOKEN}` };
let slowest = 0;
for (const [name, path] of PAGES) {
  const times: number[] = [];
  let status = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const began = performance.now();
    const response = await server.fetch(`${testSettings.PUBLIC_URL}${path}`, { headers });
    await response.text();
    status = response.status;
    if (round > 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(ROUNDS / 2)] ?? 0;
  slowest = Math.max(slowest, median);
  const verdict = status !== 200 ? `ANSWERED ${status}` : median < GOAL_MS ? "ok" : "TOO SLOW";
  console.log(
    `${name.padEnd(26)} ${median.toFixed(0).padStart(5)} ms, worst ${times.at(-1)?.toFixed(0)} ms  ${verdict}`,
  );
}
console.log(`slowest page: ${slowest.toFixed(0)} ms, ${(slowest / GOAL_MS).toFixed(2)} of the goal`);
await server.close();
