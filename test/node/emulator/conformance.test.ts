import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ASSUMPTIONS } from "../../../emulator/assumptions.ts";
import { FAULT_KINDS } from "../../../emulator/faults/kinds.ts";

const table = readFileSync("docs/emulator-conformance.md", "utf8");
const folder = "test/node/emulator";
const sources = readdirSync(folder)
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => readFileSync(`${folder}/${name}`, "utf8"));
sources.push(readFileSync("test/emulator-in-workerd.test.ts", "utf8"));

/** Ids of the tests, as patterns: `4.minute-${limit.kind}` stands for several. */
const written = sources
  .flatMap((text) => [...text.matchAll(/\bit\(\s*["`]\[([^\]]+)\]/g)])
  .map(([, id = ""]) => ({
    id,
    pattern: new RegExp(`^${id.replaceAll(".", "\\.").replace(/\$\{[^}]+\}/, ".+")}$`),
  }));

const listed = table
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .flatMap((line) => [...(line.split("|").at(-2) ?? "").matchAll(/`([^`]+)`/g)].map(([, id = ""]) => id));

it("[conformance.table] every id of the table is a test, and every test is in the table", () => {
  expect(listed.length).toBeGreaterThan(100);
  expect(listed.filter((id) => !written.some(({ pattern }) => pattern.test(id)))).toEqual([]);
  const missing = written.filter(({ pattern }) => !listed.some((id) => pattern.test(id)));
  expect(missing.map(({ id }) => id)).toEqual([]);
  expect(new Set(written.map(({ id }) => id)).size).toBe(written.length);
});

it("[conformance.manual] the manual names every assumption with its switch, and every fault with its parameters", () => {
  const manual = readFileSync("docs/emulator.md", "utf8");
  for (const { section, text, switch: how } of ASSUMPTIONS) {
    const [name = "none: part of the engine"] =
      how === null ? [] : Object.values(how).map((value) => `\`${value}\``);
    const row = manual.split("\n").find((line) => line.startsWith(`| ${section} | ${text} |`));
    expect([text, row?.includes(name)]).toEqual([text, true]);
  }
  for (const [kind, { about, params }] of Object.entries(FAULT_KINDS)) {
    const row = manual.split("\n").find((line) => line.startsWith(`| \`${kind}\` | ${about} |`));
    expect([kind, row !== undefined]).toEqual([kind, true]);
    for (const name of Object.keys(params))
      expect([kind, row?.includes(`\`${name}\``)]).toEqual([kind, true]);
  }
});
