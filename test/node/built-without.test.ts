import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROOFS } from "../../scripts/preflight/proofs.ts";
import { rowOf } from "../../scripts/preflight/row.ts";
import { judgeSuite, type Proof, readReports, type SuiteReport } from "../../scripts/preflight/suite.ts";
import { CHECKLIST } from "../../src/launch/checklist.ts";
import { BUILT_WITHOUT } from "./support/built-without.ts";
import { BADLY_BUILT } from "./support/planted-inside.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = ["src", "test", "emulator", "scripts", "migrations", "public", "package.json", "wrangler.toml"];
const BESIDE = ["tsconfig.json", "tsconfig.base.json", "vitest.config.ts", ".dev.vars"];
let copy = "";

const proofOf = (id: string): Proof => {
  const proof = PROOFS[id]?.find(({ name }) => name.startsWith(BUILT_WITHOUT[id]?.seenBy ?? "?"));
  if (proof === undefined) throw new Error(`no proof of ${id} begins like that`);
  return proof;
};

/** The suite's report of one proof on the copy as it stands. */
function run({ file, name }: Proof): readonly SuiteReport[] {
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const report = ["--reporter=json", "--outputFile=report.json"];
  rmSync(join(copy, "report.json"), { force: true });
  const bin = join(copy, "node_modules/.bin/vitest");
  spawnSync(bin, ["run", "--project", "workers", file, "-t", pattern, ...report], {
    cwd: copy,
    timeout: 90_000,
  });
  return readReports(copy, ["report.json"]).map(({ at, results }) => ({
    at,
    results: results.filter((one) => one.name.startsWith(name)),
  }));
}

test("every line that only the suite shows has a build without its check", () => {
  const shown = Object.keys(PROOFS).filter((id) => !(id in BADLY_BUILT));
  expect(Object.keys(BUILT_WITHOUT).sort()).toEqual(shown.sort());
  for (const [id, { file, check }] of Object.entries(BUILT_WITHOUT)) {
    expect(readFileSync(join(root, file), "utf8").split(check), id).toHaveLength(2);
    expect(proofOf(id).file).not.toBe("");
  }
});

// Minutes: each build runs its proof twice. With `npm run soak -- test/node/built-without.test.ts`.
describe.runIf(process.env.SOAK !== undefined)("a build without the check turns the line red", () => {
  beforeAll(() => {
    copy = realpathSync(mkdtempSync(join(tmpdir(), "revento-without-")));
    for (const part of [...PARTS, ...BESIDE.filter((name) => existsSync(join(root, name)))]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(realpathSync(join(root, "node_modules")), join(copy, "node_modules"));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test.each(Object.entries(BUILT_WITHOUT).map(([id, build]) => ({ id, ...build })))(
    "$id: $what",
    ({ id, file, check, instead }) => {
      const line = CHECKLIST.find((one) => one.id === id);
      if (line === undefined) throw new Error(`no line ${id}`);
      const proof = proofOf(id);
      const stateNow = (): string => {
        const reports = run(proof);
        expect(reports[0]?.results.length, "the proof ran").toBeGreaterThan(0);
        return rowOf(line, { live: null, suite: judgeSuite([proof], reports, 0) }).state;
      };
      const before = readFileSync(join(copy, file), "utf8");
      expect(stateNow()).toBe("suite");
      try {
        writeFileSync(
          join(copy, file),
          before.replace(check, () => instead),
        );
        expect(stateNow()).toBe("failed");
      } finally {
        writeFileSync(join(copy, file), before);
      }
    },
    200_000,
  );
});
