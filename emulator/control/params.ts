import { BadRequest, type Body, isBody } from "./read.ts";

export type ParamKind = "string" | "number" | "boolean" | "strings" | "object";

export interface Param {
  name: string;
  kind: ParamKind;
  optional: boolean;
  about: string;
}

type Value = { string: string; number: number; boolean: boolean; strings: string[]; object: Body };

function isOfKind(value: unknown, kind: ParamKind): boolean {
  if (kind === "strings") return Array.isArray(value) && value.every((item) => typeof item === "string");
  if (kind === "object") return isBody(value);
  if (kind === "number") return typeof value === "number" && Number.isFinite(value);
  return typeof value === kind;
}

const WORDS: Record<ParamKind, string> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  strings: "a list of texts",
  object: "an object",
};

/** A field of a body, checked; undefined where it is missing. */
export function optional<K extends ParamKind>(body: Body, name: string, kind: K): Value[K] | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (!isOfKind(value, kind) || value === "") throw new BadRequest(`${name} must be ${WORDS[kind]}`);
  return value as Value[K];
}

/** A field of a body, checked; throws where it is missing. */
export function required<K extends ParamKind>(body: Body, name: string, kind: K): Value[K] {
  const value = optional(body, name, kind);
  if (value === undefined) throw new BadRequest(`${name} is missing: ${WORDS[kind]}`);
  return value;
}

/** An object of which only these fields may be set, each of its kind. */
export function changes(body: Body, fields: Record<string, ParamKind>): Body {
  const found: Body = {};
  for (const [name, kind] of Object.entries(fields)) {
    const value = optional(body, name, kind);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
