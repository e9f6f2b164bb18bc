import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
}

const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), "utf8");
  const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
    ([, specifier = ""]) => specifier,
  );
  return specifiers
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from: file, to: normalize(join(dirname(file), specifier)) }));
}

const importsIn = (folder: string): Import[] => filesOf(folder).flatMap(importsOf);
const show = ({ from, to }: Import): string => `${from} → ${to}`;

/** `src/<folder>/…` → folder; `src/x.ts` → null. */
const folderOf = (file: string): string | null => /^src\/([^/]+)\//.exec(file)?.[1] ?? null;

const BELOW_FEATURES = ["lib", "revento", "db", "ui"];
/** Files beside the folders that features may read: what the Worker is told, and what travels between its parts. */
const BASE = [
  "alert-rules",
  "app-env",
  "bindings",
  "config",
  "failure",
  "manifest",
  "manifest-shape",
  "messages",
  "misconfigured",
  "objects",
  "world",
];
const TOP = ["index", "app", "router", "jobs", "schedule", "handlers"];

const src = importsIn("src");
const isFeature = (file: string): boolean => {
  const folder = folderOf(file);
  return folder !== null && !BELOW_FEATURES.includes(folder);
};
const isTop = (file: string): boolean => TOP.some((name) => new RegExp(`^src/${name}\\.tsx?$`).test(file));

test("the graph is read at all", () => {
  expect(src.length).toBeGreaterThan(30);
});

test("emulator and src never meet", () => {
  const meetings = [
    ...src.filter(({ to }) => to.startsWith("emulator")),
    ...importsIn("emulator").filter(({ to }) => to.startsWith("src")),
  ];
  expect(meetings.map(show)).toEqual([]);
});

test("every file beside the folders has a place in the layers", () => {
  const loose = filesOf("src").filter((file) => folderOf(file) === null && !isTop(file));
  expect(loose.filter((file) => !BASE.some((name) => file === `src/${name}.ts`))).toEqual([]);
});

test("nothing but the entry and the tops imports a top file", () => {
  expect(src.filter(({ from, to }) => isTop(to) && !isTop(from)).map(show)).toEqual([]);
});

test("lib knows no domain: it imports only lib", () => {
  expect(src.filter(({ from, to }) => folderOf(from) === "lib" && folderOf(to) !== "lib").map(show)).toEqual(
    [],
  );
});

test("revento knows nothing about us: it imports only itself and lib", () => {
  const strangers = src.filter(
    ({ from, to }) => folderOf(from) === "revento" && !["revento", "lib"].includes(folderOf(to) ?? ""),
  );
  expect(strangers.filter(({ to }) => to !== "src/failure.ts").map(show)).toEqual([]);
});

test("db and ui do not import features", () => {
  expect(
    src.filter(({ from, to }) => ["db", "ui"].includes(folderOf(from) ?? "") && isFeature(to)).map(show),
  ).toEqual([]);
});

test("one feature uses another only through its one public file", () => {
  const crossings = src.filter(
    ({ from, to }) => isFeature(from) && isFeature(to) && folderOf(from) !== folderOf(to),
  );
  expect(crossings.filter(({ to }) => !/^src\/[^/]+\/index\.tsx?$/.test(to)).map(show)).toEqual([]);
});

test("features do not go round in circles", () => {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of src) {
    const [a, b] = [folderOf(from), folderOf(to)];
    if (a !== null && b !== null && a !== b) edges.set(a, (edges.get(a) ?? new Set()).add(b));
  }
  const circleFrom = (folder: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
    for (const next of edges.get(folder) ?? []) {
      const circle = circleFrom(next, [...path, folder]);
      if (circle !== null) return circle;
    }
    return null;
  };
  const circles = [...edges.keys()]
    .map((folder) => circleFrom(folder, []))
    .filter((circle) => circle !== null);
  expect(circles.map((circle) => circle.join(" → "))).toEqual([]);
});

test("nothing calls .transaction(: D1 has no interactive transactions, a batch is one", () => {
  const users = filesOf("src").filter((file) =>
    readFileSync(join(root, file), "utf8").includes(".transaction("),
  );
  expect(users).toEqual([]);
});
