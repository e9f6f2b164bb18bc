import { expect, test } from "vitest";
import { CHECKLIST, type ChecklistReport, checklistRows, type SelfTest } from "../../src/launch/index.ts";

const selfTest = (own: Partial<SelfTest> = {}): SelfTest => ({
  version: "1.0.0",
  tag: "",
  now: "now",
  registered: { clientId: "c", authUrl: "a", redirectUris: [], webhookUrl: "w" },
  checks: [],
  ...own,
});
const report = (own: Partial<ChecklistReport> = {}): ChecklistReport => ({
  url: "u",
  version: "1.0.0",
  commit: "abc",
  at: "then",
  rows: CHECKLIST.map((line) => ({ ...line, state: "proven" as const, evidence: "seen", todo: "" })),
  ...own,
});
const rowOf = (id: string, ...args: Parameters<typeof checklistRows>) =>
  checklistRows(...args).find((row) => row.id === id);

test("before anything ran every line is red, and says what to run", () => {
  const rows = checklistRows(null, selfTest());
  expect(rows).toHaveLength(CHECKLIST.length);
  for (const row of rows) {
    expect(row).toMatchObject({
      state: "failed",
      evidence: "nothing ran yet",
      todo: expect.stringContaining("preflight"),
    });
  }
});

test("what was seen from outside counts for this version alone", () => {
  expect(rowOf("state-validated", report(), selfTest())).toMatchObject({ state: "proven", source: "report" });
  expect(rowOf("state-validated", report({ version: "0.9.0" }), selfTest())).toMatchObject({
    state: "failed",
  });
});

test("where the commit is known, it counts for this commit alone", () => {
  const tagged = (tag: string) => rowOf("state-validated", report(), selfTest({ tag }))?.state;
  expect(tagged("v1.0.0-abc")).toBe("proven");
  expect(tagged("v1.0.0-def")).toBe("failed");
});

test("what the inside sees now goes before what was seen then", () => {
  const checks = [
    { id: "crons", ok: false, evidence: "late", todo: "look" },
    { id: "sealing", ok: false, evidence: "open", todo: "mend" },
    { id: "alert-channels", ok: false, evidence: "none", todo: "set", person: true as const },
  ];
  const at = (id: string) => rowOf(id, report(), selfTest({ checks }));
  expect(at("crons")).toMatchObject({ state: "failed", evidence: "late", source: "now" });
  expect(at("encryption-at-rest")).toMatchObject({ state: "failed", evidence: "open" });
  expect(at("alert-channels")).toMatchObject({ state: "person" });
});

test("a check that passes now does not hide that the suite did not show the line", () => {
  const checks = [{ id: "sealing", ok: true, evidence: "opened", todo: "" }];
  const at = (...reported: ChecklistReport["rows"]) =>
    rowOf("encryption-at-rest", report({ rows: reported }), selfTest({ checks }));
  const row = { id: "encryption-at-rest", section: "s", text: "t", evidence: "a test failed", todo: "mend" };
  expect(at({ ...row, state: "failed" })).toMatchObject({ state: "failed", evidence: "a test failed" });
  expect(at({ ...row, state: "proven" })).toMatchObject({ state: "proven", source: "report" });
  expect(rowOf("encryption-at-rest", null, selfTest({ checks }))).toMatchObject({ state: "failed" });
  expect(rowOf("sealing", null, selfTest({ checks }))).toMatchObject({ state: "proven", source: "now" });
});
