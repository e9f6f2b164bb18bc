import { type Failure, failure } from "../failure.ts";
import type { Settings } from "../settings.ts";
import type { Rows } from "../state/rows.ts";
import type { Json } from "../state/snapshots.ts";
import type { Row } from "../state/types.ts";
import { readCursor, writeCursor } from "./cursor.ts";

export interface Page {
  data: Json[];
  next_cursor: string | null;
  has_more: boolean;
}

export interface PageRequest {
  limit: string | undefined;
  cursor: string | undefined;
  /** A fault: the page begins one row too late or one too early. */
  slip: "skip_row" | "repeat_row" | null;
}

export interface List<T extends Row> {
  /** Names the list in its cursors. */
  name: string;
  rows: Rows<T>;
  isVisible: (row: T) => boolean;
  show: (row: T) => Json;
}

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 50;

function readLimit(text: string | undefined, settings: Settings): number | Failure {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1) return failure(400, "invalid_request", "limit must be a whole number from 1 to 50");
  if (limit <= MAX_LIMIT) return limit;
  if (settings.limit_over_max === "clamp") return MAX_LIMIT;
  return failure(400, "invalid_request", "limit must be at most 50");
}

/** One page of a list, from the row after the cursor on. */
export function pageOf<T extends Row>(
  list: List<T>,
  request: PageRequest,
  settings: Settings,
): Page | Failure {
  const limit = readLimit(request.limit, settings);
  if (typeof limit !== "number") return limit;
  const cursor = request.cursor === undefined ? 0 : readCursor(request.cursor, list.name);
  if (cursor === undefined) return failure(400, "invalid_request", "cursor is not one of this list");
  const from = slip(list, cursor, request.slip);
  const found = list.rows.after(from, limit + 1, list.isVisible);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return {
    data: rows.map(list.show),
    next_cursor: hasMore ? writeCursor({ list: list.name, after: last.seq }) : null,
    has_more: hasMore,
  };
}

function slip<T extends Row>(list: List<T>, cursor: number, how: PageRequest["slip"]): number {
  if (how === null || cursor === 0) return cursor;
  if (how === "skip_row") return list.rows.after(cursor, 1, list.isVisible)[0]?.seq ?? cursor;
  const repeated = list.rows.before(cursor, list.isVisible);
  return repeated ? repeated.seq - 1 : cursor;
}
