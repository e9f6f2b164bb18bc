import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDevVars, readDevVars } from "../../../scripts/dev-vars.ts";
import { freePorts } from "../../node/support/ports.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The emulator and the Worker as `npm start` runs them, on free ports, with a database of their own. */
export interface Stack {
  readonly workerUrl: string;
  readonly emulatorUrl: string;
  readonly operatorToken: string;
  /** Everything that both processes printed. */
  readonly output: () => string;
  /** A JSON call to the emulator's control API, e.g. `control("POST", "/_emulator/actions/approve", {…})`. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** A JSON call to the Worker's `/api` as operator. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

async function waitForReady(child: ChildProcess, output: string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`npm start was not ready in 90 s:\n${output.join("")}`)),
      90_000,
    );
    const watch = (chunk: Buffer): void => {
      output.push(chunk.toString());
      if (!output.join("").includes("Ready.\n")) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on("data", watch);
    child.stderr?.on("data", watch);
    child.on("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${output.join("")}`)));
  });
}

async function callJson(url: string, method: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
}

type Environment = Record<string, string>;

/** A file of settings of a stack's own: those of this machine, and what `own` makes of them. */
function writeVars(folder: string, own: (vars: Environment) => Environment): string {
  ensureDevVars(`${root}.dev.vars`);
  const vars = readDevVars(`${root}.dev.vars`);
  const lines = Object.entries({ ...vars, ...own(vars) }).map(([key, value]) => `${key}='${value}'\n`);
  writeFileSync(`${folder}/vars`, lines.join(""), { mode: 0o600 });
  return `${folder}/vars`;
}

/**
 * @param env further variables, where they need the ports as a function of them
 * @param own settings that differ from this machine's, of which it is given all
 */
export async function startStack(
  env: Environment | ((ports: { port: number; emulatorPort: number }) => Environment) = {},
  own?: (vars: Environment) => Environment,
): Promise<Stack> {
  const [port = 0, emulatorPort = 0] = await freePorts(2);
  const more = typeof env === "function" ? env({ port, emulatorPort }) : env;
  const folder = mkdtempSync(join(tmpdir(), "revento-e2e-"));
  const ownVars = own === undefined ? [] : ["--dev-vars", writeVars(folder, own)];
  const output: string[] = [];
  const child = spawn(process.execPath, ["scripts/start.ts", "--persist-to", folder, ...ownVars], {
    cwd: root,
    env: { ...process.env, ...more, PORT: String(port), EMULATOR_PORT: String(emulatorPort) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await waitForReady(child, output);
  const workerUrl = `http://localhost:${port}`;
  const emulatorUrl = `http://localhost:${emulatorPort}`;
  const operatorToken = readDevVars(`${root}.dev.vars`).OPERATOR_TOKEN ?? "";
  return {
    workerUrl,
    emulatorUrl,
    operatorToken,
    output: () => output.join(""),
    async control(method, path, body) {
      const answer = await callJson(`${emulatorUrl}${path}`, method, body);
      if (answer.status >= 400)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    api: (method, path, body) =>
      callJson(`${workerUrl}${path}`, method, body, { authorization: `Bearer ${operatorToken}` }),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
