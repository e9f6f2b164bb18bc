import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { askPerson, broken, judge, proven } from "../../scripts/preflight/finding.ts";
import { toMarkdown, toText } from "../../scripts/preflight/render.ts";
import { attempt, rowOf } from "../../scripts/preflight/row.ts";
import { judgeSuite, lastChange, type SuiteReport } from "../../scripts/preflight/suite.ts";
import { isLoopback, NotTried } from "../../scripts/preflight/target.ts";
import { CHECKLIST, SECTIONS } from "../../src/launch/checklist.ts";

const [line] = CHECKLIST;
if (line === undefined) throw new Error("the checklist is empty");
const proof = { file: "test/a.test.ts", name: "does it" };
const report = (at: number, passed: boolean): SuiteReport => ({ at, results: [{ ...proof, passed }] });

test("the checklist has Revento's 26 lines, each with an id of its own, and this installation's", () => {
  const revento = CHECKLIST.filter(({ section }) => section !== "This installation");
  expect(revento).toHaveLength(26);
  expect(new Set(CHECKLIST.map(({ id }) => id)).size).toBe(CHECKLIST.length);
  expect(new Set(CHECKLIST.map(({ section }) => section))).toEqual(new Set(SECTIONS));
});

test("no line is green where nothing ran", () => {
  expect(rowOf(line, { live: null, suite: null })).toMatchObject({
    state: "failed",
    evidence: "nothing ran",
  });
  expect(judge([], "do").ok).toBe(false);
  expect(judgeSuite([proof], [], 0)).toMatchObject({
    ok: false,
    evidence: expect.stringContaining("did not run"),
  });
});

test("a failure on either side is a failure of the line", () => {
  expect(rowOf(line, { live: proven("tried"), suite: broken("red", "mend") }).state).toBe("failed");
  expect(rowOf(line, { live: broken("no", "mend"), suite: proven("green") }).state).toBe("failed");
  expect(rowOf(line, { live: proven("tried"), suite: proven("green") }).state).toBe("proven");
  expect(rowOf(line, { live: null, suite: proven("green") }).state).toBe("suite");
});

test("what needs a person is never green, and a failure beside it is not hidden", () => {
  expect(rowOf(line, { live: askPerson("look", "look"), suite: proven("green") }).state).toBe("person");
  expect(rowOf(line, { live: askPerson("look", "look"), suite: broken("red", "mend") }).state).toBe("failed");
});

test("a test counts only where it passed and the code has not changed since", () => {
  expect(judgeSuite([proof], [report(200, true)], 100).ok).toBe(true);
  expect(judgeSuite([proof], [report(50, true)], 100).evidence).toContain("the code has changed since");
  expect(judgeSuite([proof], [report(200, false)], 100).evidence).toContain("failed");
  expect(judgeSuite([proof], [report(200, true), report(300, false)], 100).ok).toBe(false);
  expect(judgeSuite([{ ...proof, name: "does something else" }], [report(200, true)], 100).ok).toBe(false);
});

test("a try that throws, or could not be made, fails its line and says what to do", async () => {
  const thrown = await attempt(async () => {
    throw new Error("no answer");
  });
  const untried = await attempt(async () => {
    throw new NotTried("the secret is not known");
  });
  expect(thrown).toMatchObject({ ok: false, evidence: "no answer" });
  expect(untried).toMatchObject({ ok: false, todo: expect.stringContaining("--vars") });
});

test("text and Markdown tell every line with its evidence", () => {
  const rows = CHECKLIST.map((each) => rowOf(each, { live: broken("a | b", "mend it"), suite: null }));
  const whole = { url: "https://x.example", version: "1", commit: "abc", at: "now", rows };
  for (const { text } of CHECKLIST) {
    expect(toText(whole)).toContain(text);
    expect(toMarkdown(whole)).toContain(`| ${text} | FAILS | a \\| b | mend it |`);
  }
});

test("a target is local where its whole host name is loopback, and not where it merely begins so", () => {
  for (const local of ["http://localhost:8787", "http://127.0.0.1:1", "http://[::1]:8787"]) {
    expect(isLoopback(local)).toBe(true);
  }
  for (const other of ["http://localhost.example.com", "http://127.0.0.1.example.com", "http://0.0.0.0:1"]) {
    expect(isLoopback(other)).toBe(false);
  }
});

test.each([
  "src/a/b.ts",
  "test/c.ts",
  "emulator/d.ts",
  "migrations/e.sql",
  "wrangler.toml",
  "package-lock.json",
])("a change of %s makes an older report one of other code", (changed) => {
  const root = mkdtempSync(join(tmpdir(), "revento-checkout-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const beside = ["wrangler.toml", "package.json", "package-lock.json", "vitest.config.ts"];
  for (const file of ["src/a/b.ts", "test/c.ts", "emulator/d.ts", "migrations/e.sql", ...beside]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
    utimesSync(join(root, file), 100, file === changed ? 300 : 100);
  }
  expect(lastChange(root)).toBe(300_000);
  expect(judgeSuite([proof], [report(200_000, true)], lastChange(root)).ok).toBe(false);
  expect(judgeSuite([proof], [report(400_000, true)], lastChange(root)).ok).toBe(true);
});
