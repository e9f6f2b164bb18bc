import { execFileSync } from "node:child_process";
import packageJson from "../../package.json" with { type: "json" };
import type { Checkout } from "./run.ts";
import { lastChange, readReports } from "./suite.ts";

/** Where `--prove` leaves what it ran. */
export const PROOF_REPORT = "test-results/preflight.json";

/** The code at hand, and what its suite last said. */
export function readCheckout(root: string): Checkout {
  const commit = execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: root, encoding: "utf8" });
  const reports = readReports(root, ["test-results/vitest.json", "test-results/e2e.json", PROOF_REPORT]);
  return { root, version: packageJson.version, commit: commit.trim(), reports, changedAt: lastChange(root) };
}
