import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PROOFS } from "../../scripts/preflight/proofs.ts";
import { rowOf } from "../../scripts/preflight/row.ts";
import { judgeSuite } from "../../scripts/preflight/suite.ts";
import { CHECKLIST } from "../../src/launch/checklist.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const passing = Object.values(PROOFS).flatMap((proofs) =>
  proofs.map((proof) => ({ ...proof, passed: true })),
);

/** The constant part of a title: what stands before the first value that a `test.each` fills in. */
const stemOf = (name: string): string => name.split(/ \((?=token_)/, 1)[0] ?? name;

test.each(Object.entries(PROOFS))("every test that shows %s exists", (_id, proofs) => {
  for (const { file, name } of proofs) expect(readFileSync(`${root}${file}`, "utf8")).toContain(stemOf(name));
});

test("every line that the suite shows is a line of the checklist", () => {
  const ids = CHECKLIST.map(({ id }) => id);
  expect(Object.keys(PROOFS).filter((id) => !ids.includes(id))).toEqual([]);
});

describe("a test that fails, or did not run, turns the line that it shows red", () => {
  const cases = Object.entries(PROOFS).flatMap(([id, proofs]) =>
    proofs.map((proof) => [id, proof.name, proof] as const),
  );
  test.each(cases)("%s: %s", (id, _name, proof) => {
    const line = CHECKLIST.find((each) => each.id === id);
    if (line === undefined) throw new Error(`no line ${id}`);
    const stateWith = (results: typeof passing): string =>
      rowOf(line, { live: null, suite: judgeSuite(PROOFS[id] ?? [], [{ at: 2, results }], 1) }).state;
    const isIt = (each: { file: string; name: string }): boolean =>
      each.file === proof.file && each.name === proof.name;
    expect(stateWith(passing)).toBe("suite");
    expect(stateWith(passing.map((each) => (isIt(each) ? { ...each, passed: false } : each)))).toBe("failed");
    expect(stateWith(passing.filter((each) => !isIt(each)))).toBe("failed");
  });
});
