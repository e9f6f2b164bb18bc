import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PROOFS } from "../../scripts/preflight/proofs.ts";
import { rowOf } from "../../scripts/preflight/row.ts";
import { judgeSuite, type Proof, readReports } from "../../scripts/preflight/suite.ts";
import { CHECKLIST, type ChecklistLine } from "../../src/launch/checklist.ts";
import { defectsOf } from "../e2e/support/defects.ts";
import { FOR_PEOPLE } from "../support/preflight.ts";
import { BADLY_BUILT, BADLY_SET_UP } from "./support/planted-inside.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** The constant part of a title: what stands before the first value that a `test.each` fills in. */
const stemOf = (name: string): string => name.split(/ \((?=token_)/, 1)[0] ?? name;

test.each(Object.entries(PROOFS))("every test that shows %s exists", (_id, proofs) => {
  for (const { file, name } of proofs) expect(readFileSync(`${root}${file}`, "utf8")).toContain(stemOf(name));
});

test("every line that the suite shows is a line of the checklist", () => {
  const ids = CHECKLIST.map(({ id }) => id);
  expect(Object.keys(PROOFS).filter((id) => !ids.includes(id))).toEqual([]);
});

const AT = 2;

/** A suite's report in which that one test ended so; with null it is not in the report. */
const reportWith = (proof: Proof, status: string | null, at = AT) => ({
  startTime: at,
  testResults: Object.values(PROOFS)
    .flat()
    .map(({ file, name }) => ({
      file,
      name,
      status: file === proof.file && name === proof.name ? status : "passed",
    }))
    .filter((each) => each.status !== null)
    .map(({ file, name, status }) => ({
      name: `${root}${file}`,
      assertionResults: [{ fullName: name, status }],
    })),
});

/** Through a file, as the runner leaves it. */
function stateOf(line: ChecklistLine, report: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), "revento-report-"));
  try {
    writeFileSync(join(folder, "report.json"), JSON.stringify(report));
    const reports = readReports(root, [relative(root, join(folder, "report.json"))]);
    return rowOf(line, { live: null, suite: judgeSuite(PROOFS[line.id] ?? [], reports, AT - 1) }).state;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a test that fails, is skipped, did not run, or ran on other code turns the line that it shows red", () => {
  const cases = CHECKLIST.flatMap((line) =>
    (PROOFS[line.id] ?? []).map((proof) => [line.id, proof.name, line, proof] as const),
  );
  test.each(cases)("%s: %s", (_id, _name, line, proof) => {
    expect(stateOf(line, reportWith(proof, "passed"))).toBe("suite");
    for (const status of ["failed", "skipped", "pending", "todo", null]) {
      expect(`${status}: ${stateOf(line, reportWith(proof, status))}`).toBe(`${status}: failed`);
    }
    expect(stateOf(line, reportWith(proof, "passed", AT - 2))).toBe("failed");
  });
});

test("the defect of every line is planted, or its proof taken away, or it is for a person: one of the three", () => {
  const known = { webhookSecret: "", clientSecret: "", operatorToken: "" };
  const planted = [
    ...Object.keys(defectsOf(known)),
    ...Object.keys(BADLY_SET_UP),
    ...Object.keys(BADLY_BUILT),
    // By its own test in test/e2e/preflight.test.ts: an address is no defect of a build.
    "https",
  ];
  const shownBySuite = Object.keys(PROOFS).filter((id) => !planted.includes(id));
  const all = [...planted, ...shownBySuite, ...FOR_PEOPLE];
  expect([...all].sort()).toEqual(CHECKLIST.map(({ id }) => id).sort());
});
