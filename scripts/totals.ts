/** Adds up the runners' JSON reports and prints `N passed, N failed`. A missing or empty report counts as one failure. */
import { existsSync, readFileSync } from "node:fs";

interface Totals {
  readonly passed: number;
  readonly failed: number;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

function totalsOf(file: string): Totals {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  const isEmpty = report.numPassedTests + report.numFailedTests === 0;
  const brokenSuites = report.numFailedTests === 0 ? report.numFailedTestSuites : 0;
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenSuites + (isEmpty ? 1 : 0) };
}

const totals = process.argv.slice(2).map(totalsOf);
const sum = (key: keyof Totals): number => totals.reduce((total, each) => total + each[key], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") === 0 ? 0 : 1;
