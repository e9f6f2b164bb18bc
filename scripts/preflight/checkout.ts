import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import type { Checkout } from "./run.ts";
import { lastChange, readReports } from "./suite.ts";

/** Where `--prove` leaves what it ran: a report for each file. */
export const PROOF_REPORTS = "test-results/preflight";

const proofReports = (root: string): readonly string[] =>
  existsSync(join(root, PROOF_REPORTS))
    ? readdirSync(join(root, PROOF_REPORTS)).map((name) => `${PROOF_REPORTS}/${name}`)
    : [];

/** The code at hand, and what its suite last said. */
export function readCheckout(root: string): Checkout {
  const commit = execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" });
  const reports = readReports(root, [
    "test-results/vitest.json",
    "test-results/e2e.json",
    ...proofReports(root),
  ]);
  return { root, version: packageJson.version, commit: commit.trim(), reports, changedAt: lastChange(root) };
}
