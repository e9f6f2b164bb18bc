/** What is wrong with a request to the control API; answered with 400 and this text. */
export class BadRequest extends Error {}

export type Body = Record<string, unknown>;

export function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Says which field is not known, so that a typing error does not go unnoticed. */
export function refuseUnknown(body: Body, known: readonly string[]): void {
  const extra = Object.keys(body).find((name) => !known.includes(name));
  if (extra === undefined) return;
  throw new BadRequest(`unknown field ${extra}; there are: ${known.join(", ") || "none"}`);
}

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const MOST_MS = 10 * 365 * 86_400_000;

/** `"2h"`, `"1d 30m"`, `"+90s"`, or a number of ms, in ms. */
export function readDuration(value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= MOST_MS) return Math.round(value);
  const text = typeof value === "string" ? value.trim().replace(/^\+/, "") : "";
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)\s*/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === text;
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
  if (isWhole && total <= MOST_MS) return Math.round(total);
  throw new BadRequest(
    'advance must be a duration such as "2h", "1d 30m", "90s", or a number of ms; at most 10 years',
  );
}
