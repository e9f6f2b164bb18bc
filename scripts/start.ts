/**
 * `npm start`: the emulator of Revento and the Worker, side by side, with one Ctrl-C. Crons do not fire by
 * themselves in `wrangler dev`: they are fired from here.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Checked, checkSource } from "./check-source.ts";
import { cronsOf } from "./cron-clock.ts";
import { ensureDevVars, readDevVars } from "./dev-vars.ts";
import { readFlags, readPort } from "./flags.ts";
import { registrationOf } from "./registration.ts";
import { startCrons } from "./start/crons.ts";
import { isTaken, type Look, waitUntilUp } from "./start/look.ts";
import { waitUntilMended } from "./start/mended.ts";
import { followReloads } from "./start/reloads.ts";

const flags = readFlags({
  options: {
    public: { type: "string" },
    "persist-to": { type: "string", default: ".wrangler/state" },
    "dev-vars": { type: "string" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const port = readPort("PORT", 8787);
const emulatorPort = readPort("EMULATOR_PORT", 8788);
const workerUrl = `http://localhost:${port}`;
const publicUrl = flags.public ?? workerUrl;
const emulatorUrl = `http://localhost:${emulatorPort}`;
const quiet = {
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
};
const children: ChildProcess[] = [];
/** What the children said before both were up: shown only where something went wrong. */
const early: string[] = [];
const UP_LIMIT_MS = 90_000;
/** wrangler goes on waiting after a build that failed. */
const BUILD_FAILED = /^.*Build failed with[\s\S]*/m;
const BUILD_ERRORS_MS = 500;
let isReady = false;
let isStopping = false;
let isWorkerRunning = false;

interface Started {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly hear: (text: string) => void;
  readonly onEnd: (code: number | null) => void;
}

function run({ name, file, args, env, hear, onEnd }: Started): void {
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, ...quiet, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => hear(prefixed(name, chunk.toString())));
  }
  child.on("close", (code) => {
    if (!isStopping) onEnd(code);
  });
  children.push(child);
}

const prefixed = (name: string, text: string): string => text.replace(/^(?=.)/gm, `[${name}] `);

function say(text: string): void {
  if (isReady) return void process.stdout.write(text);
  early.push(text);
  // The errors themselves may follow in the next pieces.
  if (BUILD_FAILED.test(early.join(""))) setTimeout(stopFailedBuild, BUILD_ERRORS_MS);
}

function stopFailedBuild(): void {
  const [errors = ""] = BUILD_FAILED.exec(early.join("")) ?? [];
  stopWith(errors.replaceAll("[worker] ", "").trimEnd());
}

/** Stops for a reason that is known: what the children said beside it would only hide it. */
function stopWith(reason: string): void {
  early.length = 0;
  stop(reason, 1);
}

function stop(why: string, code: number): void {
  if (isStopping) return;
  isStopping = true;
  isWorkerRunning = false;
  if (code !== 0) process.stdout.write(early.join(""));
  console.log(`\n${why}\nStopping.`);
  for (const child of children) child.kill("SIGTERM");
  setTimeout(() => process.exit(code), 1_500);
}

process.on("SIGINT", () => stop("Interrupted.", 0));
process.on("SIGTERM", () => stop("Terminated.", 0));

for (const [name, taken] of [
  ["PORT", port],
  ["EMULATOR_PORT", emulatorPort],
] as const) {
  if (await isTaken(taken)) {
    console.error(
      `Port ${taken} is taken already. Stop what listens there, or choose another with ${name}=….`,
    );
    process.exit(1);
  }
}

const devVars = flags["dev-vars"] ?? `${root}.dev.vars`;
const devVarsName = flags["dev-vars"] ?? ".dev.vars";
const written = ensureDevVars(devVars);
if (written.length > 0)
  console.log(`Wrote random secrets for this machine into ${devVarsName}: ${written.join(", ")}.`);
const settings = readDevVars(devVars);

const check = (): Promise<Checked> => checkSource(settings.ALERT_RULES);
const tell = (text: string): void => console.log(`\n${text}`);
const checked = await check();
if (!checked.ok) {
  console.error(checked.lines);
  process.exit(1);
}

// Only now: a manifest that cannot be read has been told of.
const { manifest } = await import("../src/manifest.ts");
const vars = {
  REVENTO_AUTH_URL: emulatorUrl,
  REVENTO_API_URL: `${emulatorUrl}/api/v1`,
  PUBLIC_URL: publicUrl,
  EMULATOR_INTEGRATION: JSON.stringify(registrationOf(manifest)),
  ...settings,
  ...(flags.public === undefined ? {} : { PUBLIC_URL: flags.public }),
  ...given("EMULATOR_INTEGRATION"),
  // The environment's word counts for these two: where Revento's app embeds pages, its sign-in stands beside it.
  ...given("REVENTO_AUTH_URL"),
  ...given("REVENTO_APP_ORIGINS"),
};

function given(key: string): Record<string, string> {
  const value = process.env[key];
  return value === undefined ? {} : { [key]: value };
}

console.log("Applying the database migrations …");
const wrangler = `${root}node_modules/.bin/wrangler`;
execFileSync(wrangler, ["d1", "migrations", "apply", "DB", "--local", "--persist-to", flags["persist-to"]], {
  cwd: root,
  env: { ...process.env, ...quiet, CI: "true" },
  stdio: ["ignore", "ignore", "inherit"],
});

run({
  name: "emulator",
  file: process.execPath,
  args: ["emulator/cli.ts"],
  env: { ...vars, EMULATOR_PORT: String(emulatorPort) },
  hear: say,
  onEnd: (code) => stop(`emulator ended (code ${code}).`, 1),
});

const varFlags = ["REVENTO_AUTH_URL", "REVENTO_API_URL", "PUBLIC_URL", "REVENTO_APP_ORIGINS"]
  .map((key) => [key, (vars as Readonly<Record<string, string | undefined>>)[key]] as const)
  .filter(([, value]) => value !== undefined)
  .flatMap(([key, value]) => ["--var", `${key}:${value}`]);
const workerArgs = [
  ...["dev", "--port", String(port), "--persist-to", flags["persist-to"]],
  "--show-interactive-dev-session=false",
  ...(flags["dev-vars"] === undefined ? [] : ["--env-file", devVars]),
  ...varFlags,
];

const upTo = (url: string): Promise<Look> =>
  waitUntilUp(url, { limitMs: UP_LIMIT_MS, isOver: () => isStopping || !isWorkerRunning });

function runWorker(): void {
  isWorkerRunning = true;
  const reloads = followReloads({ check, print: say, tell });
  run({
    name: "worker",
    file: wrangler,
    args: workerArgs,
    env: {},
    hear: (text) => (isReady ? reloads.hear(text) : say(text)),
    onEnd: (code) => {
      isWorkerRunning = false;
      if (isReady) void reloads.wasWrong().then((isKnown) => revive(code, isKnown));
      else stop(`worker ended (code ${code}).`, 1);
    },
  });
}

/** A mistake in the source ends `wrangler dev`. The emulator keeps its state meanwhile. */
async function revive(code: number | null, isKnown: boolean): Promise<void> {
  if (!isKnown) tell(`worker ended (code ${code}).`);
  await waitUntilMended({ folder: `${root}src`, isKnown, check, tell });
  if (isStopping) return;
  runWorker();
  const { is } = await upTo(`${workerUrl}/healthz`);
  if (is === "up") tell(`The integration runs again: ${workerUrl}\n`);
}

runWorker();
const [worker, emulator] = await Promise.all([upTo(`${workerUrl}/healthz`), upTo(emulatorUrl)]);
if (worker.is === "refused") {
  stopWith(
    `${worker.why}\nCorrect them in ${devVarsName}, or what was given to this command (docs/configuration.md).`,
  );
}
for (const [url, { is }] of [
  [workerUrl, worker],
  [emulatorUrl, emulator],
] as const) {
  if (is === "silent") stop(`${url} did not answer within ${UP_LIMIT_MS / 1_000} s.`, 1);
}
if (!isStopping) {
  isReady = true;
  startCrons(cronsOf(readFileSync(`${root}wrangler.toml`, "utf8")), workerUrl, () => isWorkerRunning);
  console.log(`
  Ready.

    The integration      ${workerUrl}          connect an event here
    Revento (emulated)   ${emulatorUrl}          its console: approve an application, watch the webhook
    For operators        ${workerUrl}/ops      sign in with OPERATOR_TOKEN from ${devVarsName}

  Ctrl-C ends both.
`);
}
