import * as z from "zod/mini";
import { parseJson } from "./body.ts";

const errorShape = z.looseObject({ error: z.string() });

/** The code in `error` of an error answer, cut to a sane length; `http_502` where there is none. */
export function errorCodeOf(status: number, body: string): string {
  const parsed = errorShape.safeParse(parseJson(body));
  if (!parsed.success) return `http_${status}`;
  return /^[\w.-]{1,64}$/.test(parsed.data.error) ? parsed.data.error : `http_${status}`;
}
