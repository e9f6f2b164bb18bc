import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Finding } from "../../scripts/preflight/finding.ts";
import { createTarget } from "../../scripts/preflight/target.ts";
import { keptSecrets } from "../../scripts/preflight/tries/leaks.ts";

/** Where a secret can lie in a checkout, tried on a checkout made for it. */
const SECRET = "a-value-that-may-be-nowhere";
let root = "";

const git = (...args: readonly string[]): void => {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  execFileSync("git", [...identity, ...args], { cwd: root, stdio: "ignore" });
};
const write = (name: string, text: string): void => writeFileSync(join(root, name), text);
const commit = (): void => {
  git("add", "--all");
  git("commit", "--message", "change");
};

async function look(...seen: readonly string[]): Promise<Finding> {
  const target = createTarget("http://127.0.0.1:1", { REVENTO_CLIENT_SECRET: SECRET });
  return await keptSecrets(root)("REVENTO_CLIENT_SECRET")({
    ...target,
    seen: ["a body", "a: header", ...seen],
  });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "revento-leaks-"));
  git("init", "--quiet");
  write("a.ts", "export {};\n");
  write(".gitignore", ".dev.vars\n");
  commit();
});

afterEach(() => rmSync(root, { recursive: true }));

test("where it is nowhere, the line is green, and an ignored file may hold it", async () => {
  write(".dev.vars", `REVENTO_CLIENT_SECRET='${SECRET}'\n`);
  expect(await look()).toMatchObject({
    ok: true,
    evidence: expect.stringMatching(/in none of 2 files; nor in the history; nor in any of 1 answers/),
  });
});

test("in a file that is committed, it is found", async () => {
  write("b.ts", `const secret = "${SECRET}";\n`);
  commit();
  expect(await look()).toMatchObject({
    ok: false,
    evidence: expect.stringContaining("REVENTO_CLIENT_SECRET is in b.ts"),
  });
});

test("in a file that would be committed next, it is found", async () => {
  write("notes.txt", SECRET);
  expect(await look()).toMatchObject({
    ok: false,
    evidence: expect.stringContaining("REVENTO_CLIENT_SECRET is in notes.txt"),
  });
});

test("in the history, also of another branch, it is found though no file has it", async () => {
  git("checkout", "--quiet", "-b", "forgotten");
  write("b.ts", SECRET);
  commit();
  git("checkout", "--quiet", "-");
  expect((await look()).evidence).toBe("nor in the history: REVENTO_CLIENT_SECRET is");
});

test("in an answer of the integration, it is found", async () => {
  expect((await look(`<p>${SECRET}</p>`, "x: y")).evidence).toBe(
    "nor in any of 2 answers of the integration: REVENTO_CLIENT_SECRET is",
  );
});

test("a secret that the caller does not know is looked for nowhere, and not green", async () => {
  const target = createTarget("http://127.0.0.1:1", {});
  expect(await keptSecrets(root)("REVENTO_CLIENT_SECRET")({ ...target, seen: ["a", "b"] })).toMatchObject({
    ok: false,
    evidence: expect.stringContaining("is not known to the caller"),
  });
});
