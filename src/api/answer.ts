import type { AppContext } from "../app-env.ts";
import { type Failure, fail, ok, type Result, toHttp } from "../failure.ts";
import { type CursorPart, decodeCursor, encodeCursor } from "../lib/cursor.ts";

/** A failure as the API says it. */
export function refuse(c: AppContext, failure: Failure): Response {
  const { status, error, message, retryAfterS } = toHttp(failure);
  if (retryAfterS !== undefined) c.header("retry-after", String(retryAfterS));
  return c.json({ error, message, request_id: c.get("requestId") }, status);
}

export const badRequest = (message: string): { readonly ok: false; readonly failure: Failure } =>
  fail({ kind: "bad_request", message });

export interface PageRequest<Key extends readonly CursorPart[]> {
  readonly limit: number;
  /** Sort key of the last row of the page before, or null for the first page. */
  readonly after: Key | null;
}

/** A query parameter; an empty one is none. */
export const given = (c: AppContext, name: string): string | undefined => c.req.query(name) || undefined;

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/** `limit` and `cursor` of a list. `kinds` are the types of the sort key's parts. */
export function readPage<Key extends readonly CursorPart[]>(
  c: AppContext,
  kinds: { readonly [At in keyof Key]: Key[At] extends number ? "number" : "string" },
): Result<PageRequest<Key>> {
  const text = c.req.query("limit");
  const limit = text === undefined ? DEFAULT_LIMIT : Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT || text === "") {
    return badRequest(`limit is a whole number from 1 to ${MAX_LIMIT}.`);
  }
  const cursor = given(c, "cursor");
  if (cursor === undefined) return ok({ limit, after: null });
  const after = decodeCursor(cursor, kinds as readonly ("string" | "number")[]);
  if (after === null)
    return badRequest("cursor is not one that this list gave; leave it out to begin again.");
  // Checked part by part just above.
  return ok({ limit, after: after as unknown as Key });
}

/** A page of a list. Pass one row more than `limit` where there is one. */
export function answerList<Row>(
  c: AppContext,
  rows: readonly Row[],
  page: { readonly limit: number },
  keyOf: (row: Row) => readonly CursorPart[],
  toJson: (row: Row) => unknown,
): Response {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const hasMore = rows.length > page.limit;
  return c.json({
    data: shown.map(toJson),
    next_cursor: hasMore && last !== undefined ? encodeCursor(keyOf(last)) : null,
    has_more: hasMore,
  });
}

/** A query parameter that must be one of these where it is given. */
export function readChoice<Choice extends string>(
  c: AppContext,
  name: string,
  choices: readonly Choice[],
): Result<Choice | undefined> {
  const value = given(c, name);
  if (value === undefined) return ok(undefined);
  const choice = choices.find((one) => one === value);
  return choice === undefined ? badRequest(`${name} is one of: ${choices.join(", ")}.`) : ok(choice);
}

/** ISO 8601 of epoch ms. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
