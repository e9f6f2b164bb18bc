/**
 * `npm start`: the emulator of Revento and the Worker, side by side, with one Ctrl-C. Crons do not fire by
 * themselves in `wrangler dev`: they are fired from here.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cronsOf, isDue } from "./cron-clock.ts";
import { ensureDevVars, readDevVars } from "./dev-vars.ts";
import { readFlags, readPort } from "./flags.ts";

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
let isReady = false;
let isStopping = false;

function run(name: string, file: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  const child = spawn(file, args, {
    cwd: root,
    env: { ...process.env, ...quiet, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => say(prefixed(name, chunk.toString())));
  }
  child.on("exit", (code) => {
    if (!isStopping) stop(`${name} ended (code ${code})`, 1);
  });
  children.push(child);
  return child;
}

const prefixed = (name: string, text: string): string => text.replace(/^(?=.)/gm, `[${name}] `);

function say(text: string): void {
  if (isReady) process.stdout.write(text);
  else early.push(text);
}

function stop(why: string, code: number): void {
  if (isStopping) return;
  isStopping = true;
  if (code !== 0) process.stdout.write(early.join(""));
  console.log(`\n${why}. Stopping.`);
  for (const child of children) child.kill("SIGTERM");
  setTimeout(() => process.exit(code), 1_500);
}

async function isUp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function waitUntilUp(url: string, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (await isUp(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} did not answer within ${limitMs / 1000} s`);
}

/** Fires a cron once, as Cloudflare would. */
async function fireCron(cron: string): Promise<void> {
  const url = `${workerUrl}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  const answer = await response.text();
  if (!response.ok) console.log(`[cron] ${cron}: ${response.status} ${answer}`);
}

function startCrons(crons: readonly string[]): void {
  let lastMinute = Math.floor(Date.now() / 60_000);
  setInterval(() => {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute === lastMinute || isStopping) return;
    lastMinute = minute;
    const now = new Date(minute * 60_000);
    for (const cron of crons.filter((expression) => isDue(expression, now))) {
      fireCron(cron).catch((error: unknown) => console.log(`[cron] ${cron}: ${String(error)}`));
    }
  }, 1_000);
}

process.on("SIGINT", () => stop("Interrupted", 0));
process.on("SIGTERM", () => stop("Terminated", 0));

for (const [name, url] of [
  ["PORT", workerUrl],
  ["EMULATOR_PORT", emulatorUrl],
] as const) {
  if (await isUp(`${url}/healthz`)) {
    console.error(`Something answers on ${url} already. Stop it, or choose another port with ${name}=….`);
    process.exit(1);
  }
}

const devVars = flags["dev-vars"] ?? `${root}.dev.vars`;
const written = ensureDevVars(devVars);
if (written.length > 0)
  console.log(`Wrote random secrets for this machine into .dev.vars: ${written.join(", ")}.`);
const settings = readDevVars(devVars);
const vars = {
  REVENTO_AUTH_URL: emulatorUrl,
  REVENTO_API_URL: `${emulatorUrl}/api/v1`,
  PUBLIC_URL: publicUrl,
  ...settings,
  ...(flags.public === undefined ? {} : { PUBLIC_URL: flags.public }),
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

run("emulator", process.execPath, ["emulator/cli.ts"], { ...vars, EMULATOR_PORT: String(emulatorPort) });
const varFlags = ["REVENTO_AUTH_URL", "REVENTO_API_URL", "PUBLIC_URL", "REVENTO_APP_ORIGINS"]
  .map((key) => [key, (vars as Readonly<Record<string, string | undefined>>)[key]] as const)
  .filter(([, value]) => value !== undefined)
  .flatMap(([key, value]) => ["--var", `${key}:${value}`]);
run(
  "worker",
  wrangler,
  [
    "dev",
    "--port",
    String(port),
    "--persist-to",
    flags["persist-to"],
    "--show-interactive-dev-session=false",
    ...(flags["dev-vars"] === undefined ? [] : ["--env-file", devVars]),
    ...varFlags,
  ],
  {},
);

try {
  await Promise.all([waitUntilUp(`${workerUrl}/healthz`, 90_000), waitUntilUp(emulatorUrl, 90_000)]);
} catch (error) {
  stop(String(error), 1);
}
if (!isStopping) {
  isReady = true;
  startCrons(cronsOf(readFileSync(`${root}wrangler.toml`, "utf8")));
  console.log(`
  Ready.

    The integration      ${workerUrl}          connect an event here
    Revento (emulated)   ${emulatorUrl}          its console: approve an application, watch the webhook
    For operators        ${workerUrl}/ops      sign in with OPERATOR_TOKEN from .dev.vars

  Ctrl-C ends both.
`);
}
