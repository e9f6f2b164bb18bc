import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPages } from "../../scripts/docs/check.ts";
import { launchBrowser } from "./support/browser.ts";
import { connectEvent, sandboxEvents, untilApi } from "./support/sandbox.ts";
import { type Stack, startStack } from "./support/stack.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** Comes later: what erases, and last what moves the emulator's clock and resets it. */
const lateness = (code: string): number =>
  code.includes("npm run emulator -- reset") ? 2 : Number(code.includes('/erase"'));

/** Every block of the docs that says that it runs locally, page by page. */
const blocks = readPages(root)
  .filter(({ path }) => path.startsWith("docs/"))
  .flatMap(({ path, blocks: all }) =>
    all
      .filter(({ language, mode }) => language === "sh" && mode === "local")
      .map(({ code, line }) => ({ at: `${path}:${line}`, code })),
  )
  .sort((a, b) => lateness(a.code) - lateness(b.code));

let stack: Stack;
let browser: Browser;
let scratch: string;
let connection: string;
let eventId: string;
let participantId: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "runbooks-"));
  stack = await startStack();
  browser = await launchBrowser();
  const [event] = await sandboxEvents(stack);
  if (event === undefined) throw new Error("the sandbox has no event");
  connection = `${event.id}/${event.organization_id}`;
  eventId = event.id;
  const pending = `/_emulator/state/events/${eventId}/participants?status=pending`;
  const { data } = (await stack.control("GET", pending)) as { data: { id: string }[] };
  participantId = data[0]?.id ?? "";
  await connectEvent(await browser.newPage(), stack, event.id);
  await untilApi(
    stack,
    `/api/connections/${connection}`,
    (body) => (body as { sync: { finished_at: string | null } }).sync.finished_at !== null,
  );
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test("there are commands to test in every runbook but the index", () => {
  const pages = readPages(root)
    .map(({ path }) => path)
    .filter((path) => /^docs\/runbooks\/(?!README)/.test(path));
  expect(pages.filter((path) => !blocks.some(({ at }) => at.startsWith(path)))).toEqual([]);
});

test.each(blocks)("$at runs as it stands there", async ({ code }) => {
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", code], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${root}node_modules/.bin:${process.env.PATH ?? ""}`,
      URL: stack.workerUrl,
      EMULATOR_URL: stack.emulatorUrl,
      OPERATOR_TOKEN: stack.operatorToken,
      CONNECTION: connection,
      EVENT: eventId,
      PARTICIPANT: participantId,
      SCRATCH: scratch,
      REVENTO_CLIENT_SECRET: "given-by-the-test",
      REVENTO_WEBHOOK_SECRET: "given-by-the-test",
    },
  });
  expect(stdout).not.toContain(stack.operatorToken);
});
