import { toBase64Url, utf8 } from "./encoding.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A non-empty string, or null. */
export const asText = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

/** Epoch milliseconds of an ISO 8601 time, or null. */
export function asTime(value: unknown): number | null {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}T/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}

/** How deep brackets nest in a JSON text; stops counting past `limit`. Iterative: depth cannot exhaust the stack. */
export function depthOf(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return deepest;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

/** Whether objects and arrays nest deeper than `limit`. Level by level: depth cannot exhaust the stack. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const nested = level.filter((item) => typeof item === "object" && item !== null);
    if (nested.length > 0 && depth >= limit) return true;
    level = nested.flatMap((item) => Object.values(item as object));
  }
  return false;
}

/**
 * The value with what SQLite's text cannot hold replaced: NUL ends a text there, and a lone surrogate is no UTF-8.
 * Both become U+FFFD. Call it on values at most 100 deep.
 */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item)]));
}

const storableText = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");

/** JSON with the keys of every object in order, so that equal content gives equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(",")}}`;
}

/** A hash of content: 132 bits of SHA-256 over the canonical JSON, as 22 characters. */
export async function hashOf(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(canonicalJson(value)));
  return toBase64Url(new Uint8Array(digest).subarray(0, 18)).slice(0, 22);
}

/** Bytes of one bound parameter: well under the 2 MB that D1 takes. */
const CHUNK_BYTES = 900_000;

/** JSON arrays of values, each short enough for one bound parameter. A value that is longer goes alone. */
export function jsonChunks(values: readonly unknown[]): string[] {
  const arrays: string[] = [];
  let current: string[] = [];
  let size = 0;
  for (const value of values) {
    const json = JSON.stringify(value);
    const bytes = utf8(json).byteLength;
    if (size + bytes > CHUNK_BYTES && current.length > 0) {
      arrays.push(`[${current.join(",")}]`);
      current = [];
      size = 0;
    }
    current.push(json);
    size += bytes + 1;
  }
  if (current.length > 0) arrays.push(`[${current.join(",")}]`);
  return arrays;
}
