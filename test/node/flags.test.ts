import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url);

function run(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

const NONE = "It has no flags.";
const SCRIPTS = [
  ["start", "--persist-to"],
  ["deploy", "--dry-run"],
  ["preflight", "--url"],
  ["manifest", "--check"],
  ["generate-migrations", "--fresh"],
  ["environments", NONE],
  ["build-openapi", NONE],
  ["bundle", NONE],
  ["check-docs", NONE],
  ["startup", NONE],
] as const;

test("--help says which flags there are, and does nothing", () => {
  const { status, stdout } = run("preflight", ["--help"]);
  expect(stdout).toContain("--url VALUE  (http://localhost:8787)");
  expect(status).toBe(0);
});

test.each(SCRIPTS)(
  "%s does nothing with a flag that there is not, and says so without a stack",
  (script, flag) => {
    const { status, stdout, stderr } = run(script, ["--no-such-flag"]);
    expect(stderr).toContain("'--no-such-flag'");
    expect(stderr).toContain(flag);
    expect(stderr).not.toContain("    at ");
    expect(stdout).toBe("");
    expect(status).toBe(2);
  },
);

test("every command reads its flags that way", () => {
  const scripts = readdirSync(new URL("scripts/", root)).filter((name) => name.endsWith(".ts"));
  const own = scripts.filter((name) =>
    /parseArgs|process\.argv/.test(readFileSync(new URL(`scripts/${name}`, root), "utf8")),
  );
  // Whose arguments are files.
  expect(own).toEqual(["flags.ts", "totals.ts"]);
});

test.each(["PORT", "EMULATOR_PORT"])("start names %s when it is no port", (name) => {
  const { status, stderr } = run("start", [], { [name]: "abc" });
  expect(stderr).toBe(`${name} is a port, 1 to 65535; not abc.\n`);
  expect(status).toBe(2);
});

test.each(["nope", "localhost:8787", "ftp://example.com"])(
  "the checklist wants an address, not %s",
  (url) => {
    const { status, stderr } = run("preflight", ["--url", url]);
    expect(stderr).toBe(`--url is an address such as https://integration.example.com; not ${url}.\n`);
    expect(status).toBe(2);
  },
);
