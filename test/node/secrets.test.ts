import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureUnused, whyKept } from "../../scripts/deploy/seals.ts";
import { type Ask, finished, missingSecrets, OURS, rotated } from "../../scripts/deploy/secret-values.ts";
import { readVarsFile, updateVarsFile } from "../../scripts/deploy/vars-file.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const now = new Date("2026-11-21T12:00:00Z");
const asked: string[] = [];
const ask: Ask = async (name) => {
  asked.push(name);
  return `answer-for-${name}`;
};
let folder = "";
beforeEach(() => {
  asked.length = 0;
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kidsOf = (ring: string | null | undefined): string[] =>
  (JSON.parse(ring ?? "[]") as { kid: string }[]).map(({ kid }) => kid);

test("ours are made, only Revento's are asked for", async () => {
  const values = await missingSecrets([], {}, ask, now);
  expect(Object.keys(values).sort()).toEqual(
    [...OURS, "REVENTO_CLIENT_SECRET", "REVENTO_WEBHOOK_SECRET"].sort(),
  );
  expect(asked).toEqual(["REVENTO_CLIENT_SECRET", "REVENTO_WEBHOOK_SECRET"]);
  expect(Buffer.from(values.SESSION_KEY ?? "", "base64url")).toHaveLength(32);
  expect(kidsOf(values.TOKEN_KEYS)[0]).toMatch(/^2026-11-21-/);
});

test("a Worker that lost one secret gets the kept one back, not a new one", async () => {
  const first = await missingSecrets([], {}, ask, now);
  const again = await missingSecrets(
    ["SESSION_KEY", "REVENTO_CLIENT_SECRET", "REVENTO_WEBHOOK_SECRET"],
    first,
    ask,
    now,
  );
  expect(again).toEqual({ TOKEN_KEYS: first.TOKEN_KEYS, OPERATOR_TOKEN: first.OPERATOR_TOKEN });
});

test("rotating the token keys seals with a new one and still opens with the old; finishing drops it", async () => {
  const kept = await missingSecrets([], {}, ask, now);
  const turned = await rotated("TOKEN_KEYS", kept, ask, now);
  expect(kidsOf(turned.TOKEN_KEYS)).toHaveLength(2);
  expect(kidsOf(turned.TOKEN_KEYS)[1]).toBe(kidsOf(kept.TOKEN_KEYS)[0]);
  expect(kidsOf(finished("TOKEN_KEYS", turned).TOKEN_KEYS)).toEqual(kidsOf(turned.TOKEN_KEYS).slice(0, 1));
});

const seal = (key_id: string, seals: number, is_current = false) => ({ key_id, seals, is_current });

test("an older key is droppable once it seals nothing, and the newest is in use", () => {
  expect(whyKept(["new", "old"], [seal("new", 7, true), seal("old", 0)])).toBe(null);
  expect(whyKept(["new", "old"], [seal("new", 7, true), seal("old", 3)])).toMatch(/still seal.*old \(3\)/);
  // Not restarted since the first half: from now on it seals with the old one again.
  expect(whyKept(["new", "old"], [seal("old", 0, true)])).toMatch(/seals with old, not with new yet/);
});

/** An instance that answers so; the calls that it got. */
function instance(answer: () => Response | Promise<Response>) {
  const calls: string[] = [];
  const get: typeof fetch = async (input, init) => {
    calls.push(`${String(input)} ${new Headers(init?.headers).get("authorization")}`);
    return await answer();
  };
  return { url: "https://integration.example.com", operatorToken: "t", fetch: get, calls };
}

test("before a key is dropped the running instance is asked, and its word counts", async () => {
  const clean = instance(() => Response.json({ data: [seal("new", 1, true), seal("old", 0)] }));
  await expect(ensureUnused(["new", "old"], clean)).resolves.toBeUndefined();
  expect(clean.calls).toEqual(["https://integration.example.com/api/seals Bearer t"]);
  const used = instance(() => Response.json({ data: [seal("new", 1, true), seal("old", 2)] }));
  await expect(ensureUnused(["new", "old"], used)).rejects.toThrow(
    /old \(2\).*Nothing was changed.*--lose-what-is-sealed/s,
  );
});

test("an instance that cannot be asked is no leave to drop a key", async () => {
  const asked = (own: object) =>
    ensureUnused(["new", "old"], { ...instance(() => Response.json({}, { status: 401 })), ...own });
  await expect(asked({})).rejects.toThrow(/could not be asked.*answered 401.*--lose-what-is-sealed/s);
  await expect(asked({ operatorToken: null })).rejects.toThrow(/OPERATOR_TOKEN is not known here/);
  await expect(asked({ url: "" })).rejects.toThrow(/PUBLIC_URL/);
  await expect(asked({ fetch: () => Promise.reject(new Error("refused")) })).rejects.toThrow(
    /does not answer/,
  );
});

test("the token keys cannot be rotated without the present ones, for that would lose every token", async () => {
  await expect(rotated("TOKEN_KEYS", {}, ask, now)).rejects.toThrow(/opens no stored token/);
});

test("while the webhook secret is rotated both are accepted from one rollout on", async () => {
  expect(await rotated("REVENTO_WEBHOOK_SECRET", {}, ask, now)).toEqual({
    REVENTO_WEBHOOK_SECRET: "answer-for-REVENTO_WEBHOOK_SECRET",
    REVENTO_WEBHOOK_SECRET_PREVIOUS: "answer-for-REVENTO_WEBHOOK_SECRET_PREVIOUS",
  });
  expect(finished("REVENTO_WEBHOOK_SECRET", {})).toEqual({ REVENTO_WEBHOOK_SECRET_PREVIOUS: null });
});

test("a kept file is the owner's alone, and keeps its other lines", () => {
  const file = join(folder, "kept", "production.vars");
  updateVarsFile(file, { TOKEN_KEYS: '[{"kid":"a"}]', SESSION_KEY: "one" }, "# head");
  updateVarsFile(file, { SESSION_KEY: "two", TOKEN_KEYS: null }, "# head");
  expect(readVarsFile(file)).toEqual({ SESSION_KEY: "two" });
  expect(readFileSync(file, "utf8")).toMatch(/^# head\n/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("the command prints names and lengths, never a value", () => {
  const script = `${root}scripts/secrets.ts`;
  const given = {
    REVENTO_CLIENT_SECRET: "plainly-not-shown-1",
    REVENTO_WEBHOOK_SECRET: "plainly-not-shown-2",
  };
  const output = execFileSync(
    process.execPath,
    [script, "--env", "local", "--rotate", "REVENTO_CLIENT_SECRET", "--dry-run"],
    {
      env: { ...process.env, ...given },
      encoding: "utf8",
    },
  );
  expect(output).toContain("REVENTO_CLIENT_SECRET: set (19 characters)");
  expect(output).not.toContain("plainly-not-shown");
});

/** A terminal of util-linux around a program; what is typed is typed as soon as it asks. */
async function atTerminal(program: string, typed: string): Promise<string> {
  const child = spawn("script", ["--quiet", "--return", "--command", program, "/dev/null"], { cwd: root });
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const hadAsked = shown.includes("(not shown)");
    shown += chunk.toString();
    if (!hadAsked && shown.includes("(not shown)")) child.stdin.write(typed);
  });
  await once(child, "close");
  return shown;
}

test.runIf(process.platform === "linux")("what is typed at a terminal is read, and never shown", async () => {
  const program = `import { askSecret } from "${root}scripts/deploy/ask-secret.ts";
    console.log("read " + (await askSecret("ASKED_FOR", "to see")).length);`;
  const file = join(folder, "ask.mts");
  writeFileSync(file, program);
  const shown = await atTerminal(`${process.execPath} ${file}`, "typed-by-somebodyX\u007f\r");
  expect(shown).toContain("ASKED_FOR, to see (not shown)");
  expect(shown).toContain(`read ${"typed-by-somebody".length}`);
  expect(shown).not.toContain("typed");
  const echoing = `import { createInterface } from "node:readline/promises";
    await createInterface(process.stdin, process.stdout).question("a careless one (not shown)");
    process.exit();`;
  writeFileSync(file, echoing);
  expect(await atTerminal(`${process.execPath} ${file}`, "typed-by-somebody\r")).toContain("typed");
});
