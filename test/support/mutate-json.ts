import type { Random } from "../../emulator/random.ts";

type Path = readonly (string | number)[];
type Junk = readonly [unknown, ...unknown[]];

const JUNK: Junk = [
  null,
  true,
  0,
  -1,
  1e308,
  "",
  " ",
  "\0",
  "\ud800",
  "ż🎉\u202e",
  "'; DROP TABLE deliveries; --",
  "9".repeat(400),
  "x".repeat(20_000),
  "2026-13-45T99:99:99Z",
  "+275760-09-13T00:00:00.001Z",
  "0000-01-01T00:00:00Z",
  "null",
  "__proto__",
  "$.a[0]",
  [],
  [[[]]],
  {},
  { "": "" },
  { id: "other" },
  Array(500).fill(0),
];
const KEYS = ["", "\0", "__proto__", "constructor", "$", "id", "type", "data", "\ud800", "e.value"] as const;

/** Where every value of a JSON value stands, its own root left out. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return at.length === 0 ? [] : [at];
  const inner = Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...at, key]));
  return at.length === 0 ? inner : [at, ...inner];
}

/** The value with one place changed: another value, none at all, or one more key beside it. */
function changeOne(value: unknown, random: Random): void {
  const paths = pathsOf(value);
  const [first, ...rest] = paths;
  if (first === undefined) return;
  const path = random.pick([first, ...rest]);
  const parent = path.slice(0, -1).reduce((inner, key) => Reflect.get(inner as object, key), value) as object;
  const key = path.at(-1) ?? "";
  const what = random.int(4);
  if (what === 0) Reflect.deleteProperty(parent, key);
  else if (what === 1) Reflect.set(parent, random.pick(KEYS), structuredClone(random.pick(JUNK)));
  else Reflect.set(parent, key, structuredClone(random.pick(JUNK)));
}

/** The text with one thing done to it that no serializer does. Most of these are still JSON. */
function spoil(text: string, random: Random): string {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const spoilers: [() => string, ...(() => string)[]] = [
    () => text.slice(0, random.int(text.length)),
    () => ` ${text.replaceAll(",", " ,\n\t")} `,
    () => text.replace("{", '{"type":"unknown.first","id":"first",'),
    () => text.replace(/\}$/, ',"id":"last","data":{"id":"last"}}'),
    () => text.replace('"data":', `"nested":${nested(random.int(3_000))},"data":`),
    () => text.replace(/"data":\{/, `"data":{"nested":${nested(90 + random.int(20))},`),
    () => text.replace(/"data":\{/, '"data":{"n":-0,"m":1e400,"o":123456789012345678901234567890,'),
    () => `[${text}]`,
    () => `\ufeff${text}`,
  ];
  return random.pick(spoilers)();
}

/** A body with one to four of its places changed, and sometimes its text spoilt. */
export function mutateJson(value: unknown, random: Random): string {
  const changed = structuredClone(value);
  for (let count = random.int(4); count >= 0; count--) changeOne(changed, random);
  const text = JSON.stringify(changed);
  return random.int(3) === 0 ? spoil(text, random) : text;
}
