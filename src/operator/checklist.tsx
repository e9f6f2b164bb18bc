import type { AppContext } from "../app-env.ts";
import {
  type ChecklistRow,
  checklistRows,
  findReport,
  type RowState,
  runSelfTest,
  SECTIONS,
  sendCanaries,
} from "../launch/index.ts";
import { Badge, Card, Table } from "../ui/index.ts";
import { opsPage } from "./frame.tsx";

const TONES = { proven: "ok", suite: "ok", person: "warn", failed: "bad" } as const;
const WORDS: Readonly<Record<RowState, string>> = {
  proven: "proven",
  suite: "proven by the suite",
  person: "needs a person",
  failed: "fails",
};
const SOURCES = { now: "just now", report: "last preflight", nothing: "–" } as const;

const Section = ({ title, rows }: { title: string; rows: readonly ChecklistRow[] }) => (
  <Card title={title}>
    <Table
      label={title}
      rows={rows}
      empty="No lines."
      columns={[
        { head: "Line", cell: (row) => row.text },
        { head: "State", cell: (row) => <Badge tone={TONES[row.state]}>{WORDS[row.state]}</Badge> },
        { head: "Evidence", cell: (row) => row.evidence },
        { head: "Seen", cell: (row) => SOURCES[row.source] },
        { head: "To do", cell: (row) => row.todo },
      ]}
    />
  </Card>
);

/** `GET /ops/checklist`: Revento's pre-launch checklist, line by line, as far as it is shown at this version. */
export async function showChecklist(c: AppContext): Promise<Response> {
  const world = c.get("world");
  const [report, selfTest] = await Promise.all([findReport(world), runSelfTest(world)]);
  const rows = checklistRows(report, selfTest);
  const count = (state: RowState): number => rows.filter((row) => row.state === state).length;
  return opsPage(
    c,
    "Checklist",
    <>
      <p>
        {`${count("proven")} proven, ${count("suite")} proven by the suite, ${count("person")} need a person, ${count("failed")} fail. `}
        {report === null
          ? "It was never executed from outside."
          : `Last executed from outside ${report.at}, commit ${report.commit}.`}
      </p>
      <p>
        Most lines are tried from outside:{" "}
        <code>{`npm run preflight -- --url ${world.config.publicUrl}`}</code>. The secret for signing stays
        with whoever runs it.
      </p>
      <form class="row" method="post" action="/ops/checklist">
        <button class="button" type="submit">
          Send a message through every queue
        </button>
      </form>
      {SECTIONS.map((section) => (
        <Section title={section} rows={rows.filter((row) => row.section === section)} />
      ))}
    </>,
  );
}

/** `POST /ops/checklist`: new canaries; the page says whether they came back. */
export async function tryQueues(c: AppContext): Promise<Response> {
  await sendCanaries(c.get("world"));
  return c.redirect("/ops/checklist", 303);
}
