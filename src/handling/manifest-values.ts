import { isHttpUrl } from "../config.ts";

type Rule = readonly [expected: string, isRight: (value: unknown) => boolean, paths: string];

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const isEmail = (value: unknown): boolean => isText(value) && /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value);
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1;
const isShare = (value: unknown): boolean => typeof value === "number" && value > 0 && value <= 1;

/** A day that the calendar has: `Date` alone would take 30 February for 2 March. */
function isDay(value: unknown): boolean {
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === value;
}

/** What each value of a manifest has to be, whether or not the types were checked. */
const RULES: readonly Rule[] = [
  ["a text that is not empty", isText, "name description.en description.pl"],
  ["an e-mail address", isEmail, "contact.email"],
  [
    "an address that begins with https:// (or http://)",
    (value) => isText(value) && isHttpUrl(value),
    "contact.url termsUrl",
  ],
  [
    "a list of names, if only an empty one",
    (value) => Array.isArray(value) && value.every(isText),
    "installation.required installation.optional user.required user.optional eventTypes",
  ],
  [
    "a whole number, 1 or more",
    isCount,
    "monitoring.windowMinutes monitoring.refreshFailures monitoring.failedDeliveries monitoring.revokedTokens monitoring.suspectedSuspension.connections monitoring.deadLetters monitoring.waitingMinutes",
  ],
  ["a number over 0 and up to 1", isShare, "monitoring.suspectedSuspension.share"],
  [
    'null, or a day of the calendar as { endsOn: "2027-06-30" }',
    (value) => value === null || isDay(valueAt(value, "endsOn")),
    "deprecation",
  ],
];

function valueAt(value: unknown, path: string): unknown {
  const step = (inner: unknown, key: string): unknown =>
    (Object(inner) as Readonly<Record<string, unknown>>)[key];
  return path.split(".").reduce(step, value);
}

/** The values of a manifest that cannot be: which, what stands there, and what has to. */
export function listWrongValues(manifest: unknown): readonly string[] {
  return RULES.flatMap(([expected, isRight, paths]) =>
    paths
      .split(" ")
      .map((path) => ({ path, value: valueAt(manifest, path) }))
      .filter(({ value }) => !isRight(value))
      .map(({ path, value }) => {
        const what = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
        return `${path} ${what}; it has to be ${expected}`;
      }),
  );
}
