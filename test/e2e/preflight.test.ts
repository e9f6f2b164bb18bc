import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readDevVars } from "../../scripts/dev-vars.ts";
import { readCheckout } from "../../scripts/preflight/checkout.ts";
import type { Row } from "../../scripts/preflight/row.ts";
import { runPreflight } from "../../scripts/preflight/run.ts";
import { createTarget } from "../../scripts/preflight/target.ts";
import { CHECKLIST } from "../../src/launch/checklist.ts";
import { asIfPassed, FOR_PEOPLE_LOCALLY } from "../support/preflight.ts";
import { launchBrowser } from "./support/browser.ts";
import { defectsOf } from "./support/defects.ts";
import { startProxy } from "./support/faulty-proxy.ts";
import { apiOf, connectEvent, sandboxEvents, syncIsDone, untilApi } from "./support/sandbox.ts";
import { type Stack, startStack } from "./support/stack.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** A defect that loses something is waited for this long. */
const PATIENCE_MS = 8_000;

/** In CI the suite ran before this, on this very code: what its report says is what counts. */
const checkout = process.env.CI ? readCheckout(root) : asIfPassed(root);

let stack: Stack;
let settings: Record<string, string>;

beforeAll(async () => {
  const [started, browser] = await Promise.all([startStack(), launchBrowser()]);
  stack = started;
  settings = readDevVars(`${root}.dev.vars`);
  // With a connection: its grant, its scopes and its login are looked at too.
  const [event] = await sandboxEvents(stack);
  if (event === undefined) throw new Error("the sandbox has no event");
  await connectEvent(await browser.newPage(), stack, event.id);
  await untilApi(stack, apiOf(event), syncIsDone);
  await browser.close();
});

afterAll(async () => {
  await stack?.stop();
});

async function rowsOf(url: string, only?: readonly string[]): Promise<readonly Row[]> {
  const target = createTarget(url, settings, PATIENCE_MS);
  const { rows } = await runPreflight({ target, checkout, alerts: false, ...(only ? { only } : {}) });
  return rows;
}

test("against the local instance everything that can be proven is", async () => {
  const rows = await rowsOf(stack.workerUrl);
  expect(
    rows.filter(({ state }) => state === "failed").map(({ id, evidence }) => `${id}: ${evidence}`),
  ).toEqual([]);
  expect(rows.filter(({ state }) => state === "person").map(({ id }) => id)).toEqual(FOR_PEOPLE_LOCALLY);
  expect(rows.map(({ id }) => id)).toEqual(CHECKLIST.map(({ id }) => id));
  const evidenceOf = (id: string) => rows.find((row) => row.id === id)?.evidence;
  expect(evidenceOf("sealing")).toContain("1 stored grants open");
  expect(evidenceOf("scopes")).toContain("1 active connections");
  expect(evidenceOf("redirect-uris")).toContain(`login sends ${stack.workerUrl}/login/callback`);
});

test("the tries leave no trace in the data", async () => {
  const rowsOfApi = async (path: string): Promise<readonly Record<string, unknown>[]> =>
    ((await stack.api("GET", `/api/${path}`)).body as { data: Record<string, unknown>[] }).data;
  // A reconcile and a probe may be at work: the crons were fired above, and it may be their time.
  const state = async () => ({
    deliveries: await rowsOfApi("deliveries?limit=100"),
    connections: (await rowsOfApi("connections")).map(({ sync, health, ...rest }) => rest),
    letters: await rowsOfApi("dead-letters"),
  });
  const before = await state();
  await rowsOf(stack.workerUrl, ["signature-fails-closed", "deduplicates", "answers-in-10-s"]);
  expect(await state()).toEqual(before);
  expect(before).toMatchObject({ deliveries: [], connections: [{ status: "active" }], letters: [] });
});

/** One line tried against the instance behind a proxy of its own, with the line's defect. */
async function rowWithDefect(id: string): Promise<Row | undefined> {
  const [, defect] =
    defectsOf({
      webhookSecret: settings.REVENTO_WEBHOOK_SECRET ?? "",
      clientSecret: settings.REVENTO_CLIENT_SECRET ?? "",
      operatorToken: settings.OPERATOR_TOKEN ?? "",
    })[id] ?? [];
  const proxy = await startProxy(stack.workerUrl);
  proxy.plant(defect ?? null);
  const [row] = await rowsOf(proxy.url, [id]).finally(() => proxy.stop());
  return row;
}

const known = { webhookSecret: "", clientSecret: "", operatorToken: "" };
const planted = Object.entries(defectsOf(known)).map(
  ([id, [what, , evidence]]) => [id, what, evidence] as const,
);
/** Removes every self-test delivery when it is done, those of others too: it runs alone. */
const SWEEPS = "deduplicates";

describe.concurrent("a planted defect turns its line red", () => {
  test.each(planted.filter(([id]) => id !== SWEEPS))("%s: it %s", async (id, _what, evidence) => {
    expect(await rowWithDefect(id)).toMatchObject({
      id,
      state: "failed",
      evidence: expect.stringMatching(evidence),
    });
  });
});

test.each(planted.filter(([id]) => id === SWEEPS))(
  "a planted defect turns its line red: %s: it %s",
  async (id, _what, evidence) => {
    expect(await rowWithDefect(id)).toMatchObject({
      id,
      state: "failed",
      evidence: expect.stringMatching(evidence),
    });
  },
);

test("it is the defect and not the proxy that turns a line red", async () => {
  const proxy = await startProxy(stack.workerUrl);
  const rows = await rowsOf(
    proxy.url,
    planted.map(([id]) => id),
  ).finally(() => proxy.stop());
  expect(rows.filter(({ state }) => state === "failed")).toEqual([]);
});

test("https: an address that others reach by http is red", async () => {
  const url = stack.workerUrl.replace("localhost", "0.0.0.0");
  const [row] = await rowsOf(url, ["https"]);
  expect(row).toMatchObject({
    state: "failed",
    evidence: expect.stringMatching(/^the address is https: http:/),
  });
});

describe("the command", () => {
  const run = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, ["scripts/preflight.ts", ...args], { cwd: root });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, printed };
  };

  test("ends with 0 where no line fails, as JSON and as Markdown", async () => {
    const folder = mkdtempSync(join(tmpdir(), "revento-report-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const report = join(folder, "checklist.md");
    const lines = ["--only", "headers,operator-only", "--json", "--report", report];
    const { code, printed } = await run("--url", stack.workerUrl, ...lines);
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      url: stack.workerUrl,
      rows: [
        { id: "headers", state: "proven" },
        { id: "operator-only", state: "proven" },
      ],
      summary: "2 proven now, 0 proven by the suite, 0 need a person, 0 fail",
    });
    expect(readFileSync(report, "utf8")).toMatch(/\| Pages carry the security headers\. \| proven now \|/);
  });

  test("ends with 1 where a line fails, and with 2 where nothing answers", async () => {
    const proxy = await startProxy(stack.workerUrl);
    proxy.plant(defectsOf(known).headers?.[1] ?? null);
    const { code, printed } = await run("--url", proxy.url, "--only", "headers").finally(() => proxy.stop());
    expect(code).toBe(1);
    expect(printed).toContain("✗ Pages carry the security headers.");
    expect((await run("--url", proxy.url, "--only", "headers")).code).toBe(2);
  });
});
