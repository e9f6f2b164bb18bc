import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testSettings } from "../../support/settings.ts";
import { integrationOf } from "./workerd.ts";

/** The binary that miniflare starts too. It has no types. */
const workerd = (createRequire(import.meta.url)("workerd") as { default: string }).default;

export interface Service {
  readonly name: string;
  /** One file of JavaScript. */
  readonly script: string;
  /** Of 127.0.0.1. */
  readonly port: number;
}

export interface Workerd {
  readonly process: ChildProcess;
  stop(): void;
}

const quoted = (text: string): string => JSON.stringify(text);

/**
 * Workerd alone, without miniflare: Workers with the settings of the tests, and with the queues WEBHOOKS and ALERTS,
 * which are whatever listens on `queuePort`. It is asked as the platform's queue is: `POST /message`, `POST /batch`.
 * Nothing else is bound. Resolves when every Worker answers.
 */
export async function startWorkerd(services: readonly Service[], queuePort?: number): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), "workerd-"));
  for (const { name, script } of services) writeFileSync(join(folder, `${name}.js`), script);
  const config = join(folder, "config.capnp");
  writeFileSync(config, configOf(services, queuePort));
  const child = spawn(workerd, ["serve", config], { stdio: ["ignore", "ignore", "inherit"] });
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(services.map(({ port }) => listening(port)));
  } catch (error) {
    stop();
    throw error;
  }
  return { process: child, stop };
}

function configOf(services: readonly Service[], queuePort: number | undefined): string {
  const { compatibilityDate, compatibilityFlags = [] } = integrationOf("", {});
  // The default at this date; workerd prints a line where it stands there all the same.
  const flags = (compatibilityFlags as string[]).filter((flag) => flag !== "nodejs_compat").map(quoted);
  const settings = Object.entries(testSettings).map(
    ([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`,
  );
  const queues = ["WEBHOOKS", "ALERTS"].map((name) => `(name = ${quoted(name)}, queue = "queue")`);
  const bindings = queuePort === undefined ? [] : [...settings, ...queues];
  const workers = services.map(
    ({ name }) => `(name = ${quoted(name)}, worker = (
    modules = [(name = "entry.js", esModule = embed ${quoted(`${name}.js`)})],
    compatibilityDate = ${quoted(String(compatibilityDate))},
    compatibilityFlags = [${flags.join(", ")}],
    bindings = [${bindings.join(", ")}]))`,
  );
  const queue =
    queuePort === undefined
      ? []
      : [`(name = "queue", external = (address = "127.0.0.1:${queuePort}", http = ()))`];
  const sockets = services.map(
    ({ name, port }) =>
      `(name = ${quoted(name)}, address = "127.0.0.1:${port}", http = (), service = ${quoted(name)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${[...workers, ...queue].join(",\n")}],
  sockets = [${sockets.join(", ")}]);`;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (answer !== null) return void (await answer.text());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${port}`);
}
