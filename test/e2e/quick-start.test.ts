import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../node/support/ports.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A stranger's shell: nothing that npm or this checkout put into the environment. */
function strangersEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(npm_|NODE_|VITEST|INIT_CWD|REVENTO_)/i.test(name),
  ) as [string, string][];
  const path = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
  return { ...Object.fromEntries(own), PATH: path.join(":") };
}

/** The first line of the README's quick start, as it stands there. */
function quickStart(): string {
  const [, block = ""] =
    /## Quick start\n+```sh\n([\s\S]*?)```/.exec(readFileSync(`${root}README.md`, "utf8")) ?? [];
  return block.split("\n")[0] ?? "";
}

let clone = "";
let shell: ChildProcess | undefined;
let printed = "";
let ports: number[] = [];
let ended: Promise<number | null> | undefined;

async function waitFor(isSo: () => boolean, ms: number, what: string): Promise<void> {
  const end = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`${what} did not happen in ${ms} ms:\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const isOpen = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.arrayBuffer().then(() => true),
    () => false,
  );

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), "revento-quick-start-"));
  execFileSync("git", ["clone", "--quiet", root, clone]);
  ports = await freePorts(2);
  const [port, emulatorPort] = ports;
  shell = spawn("bash", ["-c", quickStart()], {
    cwd: clone,
    env: { ...strangersEnvironment(), PORT: String(port), EMULATOR_PORT: String(emulatorPort) },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, as a terminal makes one: Ctrl-C reaches all of it.
    detached: true,
  });
  for (const stream of [shell.stdout, shell.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  ended = new Promise((resolve) => shell?.once("exit", (code) => resolve(code)));
  const began = Date.now();
  await waitFor(() => printed.includes("Ready.\n"), 240_000, "the quick start");
  console.log(`the quick start was ready after ${Math.round((Date.now() - began) / 1_000)} s`);
}, 260_000);

afterAll(async () => {
  if (shell?.pid !== undefined && shell.exitCode === null && shell.signalCode === null) {
    process.kill(-shell.pid, "SIGKILL");
  }
  rmSync(clone, { recursive: true, force: true });
});

test("the quick start of the README, in a fresh clone, prints what to open, and there it is", async () => {
  const [port, emulatorPort] = ports;
  const worker = `http://localhost:${port}`;
  const emulator = `http://localhost:${emulatorPort}`;
  expect(printed).toContain(worker);
  expect(printed).toContain(emulator);
  const home = await fetch(worker, { headers: { accept: "text/html" } });
  expect(home.status).toBe(200);
  expect(await home.text()).toContain("/connect");
  expect(await (await fetch(`${worker}/healthz`)).json()).toMatchObject({ status: "ok" });
  const console = await (await fetch(emulator)).text();
  const eventId = /evt_\w+/.exec(console)?.[0];
  expect(eventId).toBeDefined();
  const start = await fetch(`${worker}/connect?event_id=${eventId}`, { redirect: "manual" });
  const consent = new URL(start.headers.get("location") ?? "");
  expect(consent.origin).toBe(emulator);
  expect((await fetch(consent)).status).toBe(200);
});

test("Ctrl-C ends both", async () => {
  const urls = ports.map((port) => `http://localhost:${port}/`);
  if (shell?.pid === undefined) throw new Error("nothing was started");
  process.kill(-shell.pid, "SIGINT");
  await ended;
  for (const url of urls) {
    let tries = 0;
    while ((await isOpen(url)) && ++tries < 50) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await isOpen(url), url).toBe(false);
  }
});
