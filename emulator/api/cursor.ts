/** Cursors hold the rank of the last row shown, never an offset: rows that come or go do not shift them. */
export interface Position {
  list: string;
  after: number;
}

export function writeCursor({ list, after }: Position): string {
  const bytes = new TextEncoder().encode(JSON.stringify([list, after]));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The rank behind a cursor of this list; undefined where it is none. */
export function readCursor(text: string, list: string): number | undefined {
  try {
    const value: unknown = JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
    if (!Array.isArray(value) || value.length !== 2 || value[0] !== list) return undefined;
    return typeof value[1] === "number" && value[1] >= 0 ? value[1] : undefined;
  } catch {
    return undefined;
  }
}
