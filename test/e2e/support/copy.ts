import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "../../node/support/ports.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const PARTS = ["src", "emulator", "scripts", "migrations", "public", "package.json", "wrangler.toml"];
const CONFIGS = ["tsconfig.json", "tsconfig.base.json"];

/** A copy of this checkout, to make mistakes in: others run from the real one at the same time. */
export interface Copy {
  readonly folder: string;
  /** Replaces a text that stands in a file of it. */
  change(file: string, text: string, by: string): void;
  remove(): void;
}

export function copyCheckout(): Copy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "revento-copy-")));
  for (const part of [...PARTS, ...CONFIGS]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(realpathSync(join(root, "node_modules")), join(folder, "node_modules"));
  return {
    folder,
    change(file, text, by) {
      const before = readFileSync(join(folder, file), "utf8");
      if (!before.includes(text)) throw new Error(`${file} has no ${text}`);
      writeFileSync(join(folder, file), before.replace(text, by));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `npm start` in a copy. */
export interface Started {
  readonly workerUrl: string;
  readonly emulatorUrl: string;
  readonly output: () => string;
  /** Waits until it has printed something that it had not before. */
  readonly waitFor: (text: string) => Promise<void>;
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 120_000;

export async function startCopy({ folder }: Copy, flags: readonly string[] = []): Promise<Started> {
  const [port = 0, emulatorPort = 0] = await freePorts(2);
  const child: ChildProcess = spawn(process.execPath, ["scripts/start.ts", ...flags], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), EMULATOR_PORT: String(emulatorPort) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let seen = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    workerUrl: `http://localhost:${port}`,
    emulatorUrl: `http://localhost:${emulatorPort}`,
    output: () => output,
    ended,
    async waitFor(text) {
      const deadline = Date.now() + PATIENCE_MS;
      while (!output.slice(seen).includes(text)) {
        if (Date.now() > deadline) throw new Error(`${text} was not printed:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      seen = output.indexOf(text, seen) + text.length;
    },
    async stop() {
      child.kill("SIGINT");
      await ended;
    },
  };
}
