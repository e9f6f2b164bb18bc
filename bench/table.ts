export interface Line {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  /** Null where there is no goal. */
  readonly isMet: boolean | null;
}

/** A line without a goal. */
export const line = (what: string, measured: string): Line => ({ what, measured, goal: "", isMet: null });

export const atLeast = (what: string, value: number, goal: number): Line => ({
  what,
  measured: value.toFixed(2),
  goal: `>= ${goal}`,
  isMet: value >= goal,
});

export const atMost = (what: string, value: number, goal: number): Line => ({
  what,
  measured: value.toFixed(2),
  goal: `<= ${goal}`,
  isMet: value <= goal,
});

/** Prints lines as a table. */
export function printTable(title: string, lines: readonly Line[]): void {
  const rows = lines.map(({ what, measured, goal, isMet }) => [
    what,
    measured,
    goal,
    isMet === null ? "" : isMet ? "met" : "MISSED",
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const row of rows) {
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
  }
}
