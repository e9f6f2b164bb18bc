import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { readDevVars } from "../../scripts/dev-vars.ts";
import { PROOFS } from "../../scripts/preflight/proofs.ts";
import type { Row } from "../../scripts/preflight/row.ts";
import { type Checkout, runPreflight } from "../../scripts/preflight/run.ts";
import { createTarget } from "../../scripts/preflight/target.ts";
import { CHECKLIST } from "../../src/launch/checklist.ts";
import { defectsOf } from "./support/defects.ts";
import { type FaultyProxy, startProxy } from "./support/faulty-proxy.ts";
import { type Stack, startStack } from "./support/stack.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Every test that the checklist names, as having passed: which of them do is another test's business. */
const results = Object.values(PROOFS).flatMap((proofs) =>
  proofs.map((proof) => ({ ...proof, passed: true })),
);
const checkout: Checkout = {
  root,
  version: packageJson.version,
  commit: "none",
  reports: [{ at: 2, results }],
  changedAt: 1,
};
/** What a local instance cannot show: https, and what is for people to see or to set up. */
/** A defect that loses something is waited for this long. */
const PATIENCE_MS = 8_000;
const FOR_PEOPLE = ["consent-text-previewed", "https", "alert-channels"];

let stack: Stack;
let proxy: FaultyProxy;
let settings: Record<string, string>;

beforeAll(async () => {
  stack = await startStack();
  proxy = await startProxy(stack.workerUrl);
  settings = readDevVars(`${root}.dev.vars`);
});

afterAll(async () => {
  await proxy?.stop();
  await stack?.stop();
});

async function rowsOf(only?: readonly string[]): Promise<readonly Row[]> {
  const target = createTarget(proxy.url, settings, PATIENCE_MS);
  const { rows } = await runPreflight({ target, checkout, alerts: false, ...(only ? { only } : {}) });
  return rows;
}

test("against the local instance everything that can be proven is", async () => {
  const rows = await rowsOf();
  expect(
    rows.filter(({ state }) => state === "failed").map(({ id, evidence }) => `${id}: ${evidence}`),
  ).toEqual([]);
  expect(rows.filter(({ state }) => state === "person").map(({ id }) => id)).toEqual(FOR_PEOPLE);
  expect(rows.map(({ id }) => id)).toEqual(CHECKLIST.map(({ id }) => id));
});

test("the tries leave no trace in the data", async () => {
  const before = await stack.api("GET", "/api/deliveries?limit=100");
  await rowsOf(["signature-fails-closed", "deduplicates", "answers-in-10-s"]);
  const after = await stack.api("GET", "/api/deliveries?limit=100");
  expect(after.body).toEqual(before.body);
  expect((await stack.api("GET", "/api/connections")).body).toMatchObject({ data: [] });
  expect((await stack.api("GET", "/api/dead-letters")).body).toMatchObject({ data: [] });
});

describe("a planted defect turns its line red", () => {
  const known = { webhookSecret: "", clientSecret: "", operatorToken: "" };
  test.each(Object.entries(defectsOf(known)).map(([id, [what]]) => [id, what]))(
    "%s: it %s",
    async (id) => {
      const [, defect] =
        defectsOf({
          webhookSecret: settings.REVENTO_WEBHOOK_SECRET ?? "",
          clientSecret: settings.REVENTO_CLIENT_SECRET ?? "",
          operatorToken: settings.OPERATOR_TOKEN ?? "",
        })[id] ?? [];
      proxy.plant(defect ?? null);
      const rows = await rowsOf([id]).finally(() => proxy.plant(null));
      expect(rows.map((row) => `${row.id} ${row.state}`)).toEqual([`${id} failed`]);
    },
    300_000,
  );
});

test("every line is tried here, shown by the suite, or for a person", () => {
  const covered = [
    ...Object.keys(defectsOf({ webhookSecret: "", clientSecret: "", operatorToken: "" })),
    ...Object.keys(PROOFS),
  ];
  const left = CHECKLIST.filter(({ id }) => !covered.includes(id) && !FOR_PEOPLE.includes(id));
  expect(left.map(({ id }) => id)).toEqual([]);
});
