import { CHECKLIST, type ChecklistLine, type RowState } from "./checklist.ts";
import type { ChecklistReport } from "./report.ts";
import type { SelfTest } from "./self-test.ts";

/** A line of the checklist as the page in `/ops` shows it. */
export interface ChecklistRow extends ChecklistLine {
  readonly state: RowState;
  readonly evidence: string;
  readonly todo: string;
  /** Just now, or by the last `npm run preflight`. */
  readonly source: "now" | "report" | "nothing";
}

const RUN = "Run `npm run preflight -- --url` with this address.";

type Told = Pick<ChecklistRow, "state" | "evidence" | "todo" | "source">;

/** Lines that a check can break, and that take more than the check to show: the suite has its say too. */
const CHECK_OF: Readonly<Record<string, string>> = { "encryption-at-rest": "sealing" };

function fromSelfTest(line: ChecklistLine, selfTest: SelfTest): Told | null {
  const check = selfTest.checks.find(({ id }) => id === (CHECK_OF[line.id] ?? line.id));
  if (check === undefined || (check.ok && line.id in CHECK_OF)) return null;
  const state = check.ok ? "proven" : check.person === true ? "person" : "failed";
  return { state, evidence: check.evidence, todo: check.todo, source: "now" };
}

/** A report counts for the code that it was made of, and for no other. */
function isOfThis(report: ChecklistReport, { version, tag }: SelfTest): boolean {
  return report.version === version && (tag === "" || tag === `v${version}-${report.commit}`);
}

function fromReport(line: ChecklistLine, report: ChecklistReport | null, selfTest: SelfTest): Told {
  const row = report?.rows.find(({ id }) => id === line.id);
  if (report === null || row === undefined) {
    return { state: "failed", evidence: "nothing ran yet", todo: RUN, source: "nothing" };
  }
  if (!isOfThis(report, selfTest)) {
    const evidence = `the last run was of version ${report.version}, commit ${report.commit}`;
    return { state: "failed", evidence, todo: RUN, source: "nothing" };
  }
  return { state: row.state, evidence: row.evidence, todo: row.todo, source: "report" };
}

/** Every line: what the inside sees just now goes before what was last seen from outside. */
export function checklistRows(report: ChecklistReport | null, selfTest: SelfTest): readonly ChecklistRow[] {
  return CHECKLIST.map((line) => ({
    ...line,
    ...(fromSelfTest(line, selfTest) ?? fromReport(line, report, selfTest)),
  }));
}
