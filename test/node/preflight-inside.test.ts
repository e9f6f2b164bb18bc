import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../../scripts/preflight/row.ts";
import { runPreflight } from "../../scripts/preflight/run.ts";
import { createTarget } from "../../scripts/preflight/target.ts";
import { asIfPassed } from "../support/preflight.ts";
import { type Instance, startInstance, startServer } from "./support/planted.ts";
import {
  asItIs,
  BADLY_BUILT,
  BADLY_SET_UP,
  badlyBuilt,
  badlySetUp,
  spoilDatabase,
} from "./support/planted-inside.ts";

/**
 * What only the inside can see, tried over HTTP against the integration in a workerd of its own: as it is, badly set up,
 * and badly built.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
/** How long the queue that nobody consumes is waited for: the others have to be back by then, on a busy machine too. */
const PATIENCE_MS = 8_000;
const LINES = Object.keys({ ...BADLY_SET_UP, ...BADLY_BUILT });

const stops: (() => Promise<void>)[] = [];
const rows: Record<"asItIs" | "badlySetUp" | "badlyBuilt", readonly Row[]> = {
  asItIs: [],
  badlySetUp: [],
  badlyBuilt: [],
};

async function rowsOf(instance: Instance): Promise<readonly Row[]> {
  await instance.fireCrons();
  const target = createTarget(instance.url, instance.settings, PATIENCE_MS);
  return (await runPreflight({ target, checkout: asIfPassed(root), alerts: true, only: LINES })).rows;
}

async function server(status: number): Promise<string> {
  const { url, stop } = await startServer(status);
  stops.push(stop);
  return url;
}

async function start(setUp: Parameters<typeof startInstance>[0]): Promise<Instance> {
  const instance = await startInstance(setUp);
  stops.push(instance.stop);
  return instance;
}

beforeAll(async () => {
  const [good, refusing] = await Promise.all([server(204), server(404)]);
  await Promise.all([
    start(asItIs(good)).then(async (instance) => {
      rows.asItIs = await rowsOf(instance);
    }),
    start(badlySetUp(good, refusing)).then(async (instance) => {
      await spoilDatabase(instance);
      rows.badlySetUp = await rowsOf(instance);
    }),
    start(badlyBuilt(good)).then(async (instance) => {
      rows.badlyBuilt = await rowsOf(instance);
    }),
  ]);
}, 90_000);

afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
});

test("as it is, the inside of the integration shows every one of these lines", () => {
  const notShown = rows.asItIs.filter(({ state }) => state !== "proven");
  expect(notShown.map(({ id, evidence }) => `${id}: ${evidence}`)).toEqual([]);
  expect(rows.asItIs).toHaveLength(LINES.length);
});

describe("a planted defect turns its line red", () => {
  const cases = (["badlySetUp", "badlyBuilt"] as const).flatMap((which) =>
    Object.entries(which === "badlySetUp" ? BADLY_SET_UP : BADLY_BUILT).map(
      ([id, [what, evidence]]) => [id, what, which, evidence] as const,
    ),
  );
  test.each(cases)("%s: %s", (id, _what, which, evidence) => {
    const row = rows[which].find((each) => each.id === id);
    expect(row).toMatchObject({ state: "failed", evidence: expect.stringMatching(evidence) });
  });
});

test("a defect turns no other line red", () => {
  const redOf = (which: keyof typeof rows): string[] =>
    rows[which].filter(({ state }) => state === "failed").map(({ id }) => id);
  // Both lines ask the same check.
  expect(
    redOf("badlySetUp")
      .filter((id) => id !== "encryption-at-rest")
      .sort(),
  ).toEqual(Object.keys(BADLY_SET_UP).sort());
  expect(
    redOf("badlyBuilt")
      .filter((id) => id !== "sealing" && id !== "scopes")
      .sort(),
  ).toEqual(Object.keys(BADLY_BUILT).sort());
});
