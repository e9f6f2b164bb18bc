import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs wrangler with arguments; `input` goes to its standard input, so that a secret never stands in a process list.
 * `show` passes its output through to the terminal as well.
 */
export type Wrangler = (
  args: readonly string[],
  options?: { readonly input?: string; readonly show?: boolean },
) => Promise<Outcome>;

const quiet = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CI: "true" };

/** The wrangler of this repository, never one from elsewhere. */
export const wrangler: Wrangler = (args, { input = "", show = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(`${root}node_modules/.bin/wrangler`, [...args], {
      cwd: root,
      env: { ...process.env, ...quiet, PATH: `${root}node_modules/.bin:${process.env.PATH ?? ""}` },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (show) process.stdout.write(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      if (show) process.stderr.write(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, stdout, stderr }));
    child.stdin.end(input);
  });

/** The JSON in an output that may have lines of talk before it, or null. */
export function jsonIn(output: string): unknown {
  const start = output.search(/^[[{]/m);
  if (start < 0) return null;
  try {
    return JSON.parse(output.slice(start)) as unknown;
  } catch {
    return null;
  }
}

/** `v0.1.0-1a2b3c4`, with `-dirty` where the tree holds what no commit has. Tells which code answers. */
export function versionTag(version: string): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  try {
    const dirty = git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "-dirty";
    return `v${version}-${git("rev-parse", "--short=12", "HEAD")}${dirty}`;
  } catch {
    return `v${version}-no-git`;
  }
}
