import type { ChecklistLine, RowState } from "../../src/launch/checklist.ts";
import type { Finding } from "./finding.ts";
import { NotTried } from "./target.ts";

/** One line of the checklist, with what became of it. */
export interface Row extends ChecklistLine {
  readonly state: RowState;
  readonly evidence: string;
  readonly todo: string;
}

/** What is known of a line: what was tried now, and what the suite says. Either may be missing, not both. */
export interface Findings {
  readonly live: Finding | null;
  readonly suite: Finding | null;
}

/** No line is green without something that ran: a failure anywhere is a failure of the line. */
export function rowOf(line: ChecklistLine, { live, suite }: Findings): Row {
  const findings = [live, suite].filter((finding) => finding !== null);
  const evidence = findings.map((finding) => finding.evidence).join(". ");
  const failures = findings.filter(({ ok, person }) => !ok && person !== true);
  const todo = findings
    .map((finding) => finding.todo)
    .filter((text) => text !== "")
    .join(" ");
  const state = (): RowState => {
    if (findings.length === 0 || failures.length > 0) return "failed";
    if (findings.some(({ person }) => person === true)) return "person";
    return live === null ? "suite" : "proven";
  };
  return { ...line, state: state(), evidence: evidence === "" ? "nothing ran" : evidence, todo };
}

/** A try that throws is a try that failed. */
export async function attempt(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    const todo =
      error instanceof NotTried
        ? "Give it in the environment or with --vars."
        : "See that the integration answers.";
    return { ok: false, evidence: error instanceof Error ? error.message : String(error), todo };
  }
}
