import { isJson, type Json } from "./call.ts";

/** A value in one line. */
export function word(value: unknown): string {
  if (value === null || value === undefined) return "—";
  if (Array.isArray(value)) return value.map(word).join(", ") || "—";
  if (isJson(value)) {
    const parts = Object.entries(value).map(([name, part]) => `${name}=${word(part)}`);
    return parts.join(" ") || "—";
  }
  return String(value);
}

/** Rows under headings, in columns. The last column is not cut. */
export function table(headings: string[], rows: unknown[][], nothing: string): string {
  if (rows.length === 0) return nothing;
  const cells = [headings, ...rows.map((row) => row.map(word))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return cells.map(line).join("\n");
}

/** Names and values, one pair on a line. */
export function pairs(values: [string, unknown][]): string {
  const width = Math.max(...values.map(([name]) => name.length));
  return values.map(([name, value]) => `${name.padEnd(width)}  ${word(value)}`).join("\n");
}

/** `data` of a list answer. */
export function rowsOf(answer: Json): Json[] {
  return Array.isArray(answer.data) ? answer.data.filter(isJson) : [];
}

/** What an action did, and what became of its webhooks. */
export function done(what: string, answer: Json): string {
  const webhooks = Array.isArray(answer.webhooks) ? answer.webhooks.filter(isJson) : [];
  const lines = webhooks.map(({ type, delivery_ids: ids, not_sent: why }) =>
    why === null
      ? `  sent      ${word(type)}  delivery ${word(ids)}`
      : `  not sent  ${word(type)}: ${word(why)}`,
  );
  const result = isJson(answer.result) ? answer.result : {};
  const secret = result.webhook_secret ?? result.client_secret;
  const told = secret === undefined ? [] : [`  It is now ${word(secret)}`];
  const about = ["id", "application_status"].flatMap((name) =>
    result[name] === undefined ? [] : [word(result[name])],
  );
  const head = about.length > 0 ? `${what}: ${about.join(" ")}` : `${what}: done`;
  return [head, ...told, ...(lines.length > 0 ? lines : ["  No webhook follows from it."])].join("\n");
}
