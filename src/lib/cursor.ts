import { fromBase64Url, toBase64Url, utf8 } from "./encoding.ts";

export type CursorPart = string | number;

/** An opaque cursor: the sort key of the last row of a page. */
export const encodeCursor = (parts: readonly CursorPart[]): string =>
  toBase64Url(utf8(JSON.stringify(parts)));

/** The parts of a cursor, or null where it is none of ours: each part must be of the kind that the list sorts by. */
export function decodeCursor(text: string, kinds: readonly ("string" | "number")[]): CursorPart[] | null {
  const bytes = fromBase64Url(text);
  if (bytes === null) return null;
  try {
    const parts: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes),
    );
    if (!Array.isArray(parts) || parts.length !== kinds.length) return null;
    const isOfKind = (part: unknown, kind: string | undefined): part is CursorPart =>
      typeof part === kind && (typeof part !== "number" || Number.isSafeInteger(part));
    return parts.every((part, at) => isOfKind(part, kinds[at])) ? parts : null;
  } catch {
    return null;
  }
}
