import * as z from "zod/mini";

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** A day that the calendar has: `Date` alone would take 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

const must = (isSo: (value: string) => boolean, expected: string) =>
  z.string(expected).check(z.refine(isSo, expected));

const text = must((value) => value.trim() !== "", "a text that is not empty");
const url = must(isHttpUrl, "an address that begins with https:// (or http://)");
const email = must((value) => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value), "an e-mail address");
const count = z
  .int("a whole number, 1 or more")
  .check(z.gte(1, "a whole number, 1 or more; a large one keeps it silent"));
const share = "a number over 0 and up to 1";
const list = z.array(z.string("a name in quotes"), "a list, if only an empty one");
const group = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.object(shape, `{ ${Object.keys(shape).join(", ")} }`);
const scopes = group({ required: list, optional: list });
const day = 'a day of the calendar, written as "2027-06-30"';

const shape = group({
  name: text,
  description: group({ en: text, pl: text }),
  contact: group({ email, url }),
  termsUrl: url,
  installation: scopes,
  user: scopes,
  eventTypes: list,
  monitoring: group({
    windowMinutes: count,
    refreshFailures: count,
    failedDeliveries: count,
    revokedTokens: count,
    suspectedSuspension: group({
      connections: count,
      share: z.number(share).check(z.gt(0, share), z.lte(1, share)),
    }),
    deadLetters: count,
    waitingMinutes: count,
  }),
  deprecation: z.nullable(z.object({ endsOn: must(isDay, day) }, "null, or { endsOn }")),
});

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (Object(inner) as Readonly<Record<PropertyKey, unknown>>)[key],
    value,
  );
}

/** The values of a manifest that cannot be: which, what stands there, and what has to. */
export function listWrongValues(manifest: unknown): readonly string[] {
  const { error } = shape.safeParse(manifest);
  return (error?.issues ?? []).map(({ path, message }) => {
    const value = valueAt(manifest, path);
    const what = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
    return `${path.join(".") || "the manifest"} ${what}; it has to be ${message}`;
  });
}
