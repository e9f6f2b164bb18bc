import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import * as z from "zod/mini";
import { broken, type Finding, proven } from "./finding.ts";

/** A test of the suite that shows a line: its file, and its full name or the beginning of it. */
export interface Proof {
  readonly file: string;
  readonly name: string;
}

export interface TestResult extends Proof {
  readonly passed: boolean;
}

export interface SuiteReport {
  /** When the runner began, epoch ms. */
  readonly at: number;
  readonly results: readonly TestResult[];
}

const reportShape = z.object({
  startTime: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** The runner's JSON reports that are there: `test-results/vitest.json` and the browser tests'. */
export function readReports(root: string, files: readonly string[]): readonly SuiteReport[] {
  return files
    .filter((file) => existsSync(join(root, file)))
    .map((file) => z.parse(reportShape, JSON.parse(readFileSync(join(root, file), "utf8"))))
    .map(({ startTime, testResults }) => ({
      at: startTime,
      results: testResults.flatMap(({ name, assertionResults }) =>
        assertionResults.map((test) => ({
          file: relative(root, name),
          name: test.fullName,
          passed: test.status === "passed",
        })),
      ),
    }));
}

const CODE = ["src", "test", "emulator", "migrations"];
/** What else the tests run on: a library of another version is other code too. */
const BESIDE = ["wrangler.toml", "package.json", "package-lock.json", "vitest.config.ts"];

/** When anything that the tests run on was last changed: an older report is about another version. */
export function lastChange(root: string): number {
  const files = CODE.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return Math.max(
    ...[...files, ...BESIDE.map((name) => join(root, name))].map((file) => statSync(file).mtimeMs),
  );
}

const RUN = "Run `npm test`, then this again; or this with --prove.";

/** The newest report in which the proof ran. A name that is a beginning stands for every test that begins so. */
function problemOf(proof: Proof, reports: readonly SuiteReport[], changedAt: number): string | null {
  const name = `“${proof.name}” (${proof.file})`;
  const isIt = (test: TestResult): boolean => test.file === proof.file && test.name.startsWith(proof.name);
  const newest = reports.filter(({ results }) => results.some(isIt)).sort((a, b) => b.at - a.at)[0];
  if (newest === undefined) return `${name} did not run`;
  if (!newest.results.filter(isIt).every(({ passed }) => passed)) return `${name} failed`;
  return newest.at < changedAt ? `${name} passed, but the code has changed since` : null;
}

/** Green only where every test named ran and passed, on code that has not changed since. */
export function judgeSuite(
  proofs: readonly Proof[],
  reports: readonly SuiteReport[],
  changedAt: number,
): Finding {
  const problems = proofs
    .map((proof) => problemOf(proof, reports, changedAt))
    .filter((problem) => problem !== null);
  if (problems.length > 0) return broken(problems.join("; "), RUN);
  return proven(proofs.map(({ file, name }) => `“${name}” (${file})`).join("; "));
}
