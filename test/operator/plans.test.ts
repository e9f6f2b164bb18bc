import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { SEED } from "../../bench/dashboard/seed.ts";
import { type Plan, recordPlans } from "./record-plans.ts";

let plans: readonly Plan[];

beforeAll(async () => {
  for (const [, statement] of SEED(0.02)) await env.DB.prepare(statement).run();
  plans = await recordPlans(env.DB);
});

/** What goes through a whole index on purpose, and why that is no harm. */
const ALLOWED: Readonly<Record<string, string>> = {
  "counts by status": "counts every connection: the registry, at most some 10,000 rows",
  connections: "reads the first page in the order of its key and stops",
  "by scope": "looks through the registry in the order of the page and stops",
  "dead letters": "reads the first page in the order of its index and stops",
  "dead letters by queue": "the same",
  keys: "counts every seal: one row a grant, one a dead letter",
  "trace of a participant": "one seek a connection: an index by participant would cost every insert",
};

test("no statement of the dashboard scans a table that grows", () => {
  console.log(
    plans.map(({ name, rowsRead, scans }) => `${name}: ${rowsRead} rows read ${scans.join("; ")}`).join("\n"),
  );
  const scanning = plans.filter(({ scans, name }) => scans.length > 0 && ALLOWED[name] === undefined);
  expect(scanning).toEqual([]);
});

test("a page reads in proportion to what it shows, not to what there is", () => {
  for (const { name, rowsRead } of plans.filter((plan) => ALLOWED[plan.name] === undefined)) {
    expect(rowsRead, name).toBeLessThan(name.startsWith("series") ? 30_000 : 2_500);
  }
});
