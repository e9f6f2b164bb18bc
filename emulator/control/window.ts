import type { Context } from "hono";
import type { Json } from "../state/snapshots.ts";
import { BadRequest } from "./read.ts";

export interface Window {
  limit: number;
  offset: number;
}

function whole(text: string | undefined, name: string, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  if (/^\d{1,7}$/.test(text) && Number(text) <= most) return Number(text);
  throw new BadRequest(`${name} must be a whole number of at most ${most}`);
}

/** `limit` (default 100, at most 1,000) and `offset` of a list in the control API. */
export function readWindow(c: Context): Window {
  return {
    limit: whole(c.req.query("limit"), "limit", 100, 1000),
    offset: whole(c.req.query("offset"), "offset", 0, 9_999_999),
  };
}

export function windowOf<T>(rows: readonly T[], { limit, offset }: Window, show: (row: T) => Json) {
  return { data: rows.slice(offset, offset + limit).map(show), total: rows.length };
}
