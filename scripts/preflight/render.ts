import { type RowState, SECTIONS } from "../../src/launch/checklist.ts";
import type { Report } from "./run.ts";

export const WORDS: Readonly<Record<RowState, string>> = {
  proven: "proven now",
  suite: "proven by the suite",
  person: "needs a person",
  failed: "FAILS",
};
const SIGNS: Readonly<Record<RowState, string>> = { proven: "✓", suite: "✓", person: "?", failed: "✗" };

export function summaryOf({ rows }: Report): string {
  const count = (state: RowState): number => rows.filter((row) => row.state === state).length;
  return `${count("proven")} proven now, ${count("suite")} proven by the suite, ${count("person")} need a person, ${count("failed")} fail`;
}

export function toText(report: Report): string {
  const sections = SECTIONS.map((section) => {
    const rows = report.rows.filter((row) => row.section === section);
    const lines = rows.map(({ state, text, evidence, todo }) =>
      [
        `  ${SIGNS[state]} ${text}`,
        `      ${WORDS[state]}: ${evidence}`,
        ...(todo === "" ? [] : [`      to do: ${todo}`]),
      ].join("\n"),
    );
    return [section, ...lines].join("\n");
  });
  return `${sections.join("\n\n")}\n\n${report.url}, version ${report.version}: ${summaryOf(report)}`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

export function toMarkdown(report: Report): string {
  const sections = SECTIONS.flatMap((section) => [
    `## ${section}`,
    "",
    "| line | state | evidence | to do |",
    "| --- | --- | --- | --- |",
    ...report.rows
      .filter((row) => row.section === section)
      .map(
        ({ text, state, evidence, todo }) =>
          `| ${[text, WORDS[state], evidence, todo].map(cell).join(" | ")} |`,
      ),
    "",
  ]);
  const head = `${report.url}, version ${report.version}, commit ${report.commit}, ${report.at}: ${summaryOf(report)}.`;
  return ["# Pre-launch checklist", "", head, "", ...sections].join("\n");
}
