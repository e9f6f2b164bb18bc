/** What makes a spreadsheet read a cell as a formula (OWASP, "CSV Injection"), also in full-width forms. */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\t\r\n|%＝＋－＠]/;

type Cell = string | number | null;

/** A cell that every spreadsheet takes for text: quoted, and never beginning like a formula. */
function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}

/** One line of RFC 4180. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cell).join(",")}\r\n`;

/** Makes Excel read the file as UTF-8. */
export const BOM = "\ufeff";
