/**
 * `npm run preflight -- --url https://… [--json] [--report file.md] [--vars file] [--env sandbox|production] [--alerts]
 * [--prove] [--no-publish] [--only id,id]`: Revento's pre-launch checklist, executed against a running integration. Exit code 0 where no
 * line fails, 1 where one does, 2 where it could not be tried at all.
 *
 * Secrets come from the environment, from `--vars`, from `.local/<env>.vars`, or, for a local instance, from `.dev.vars`;
 * with `-` as `--vars` from standard input. They are used here, to sign as Revento does; the integration has no route that signs.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { readVarsFile } from "./deploy/vars-file.ts";
import { root } from "./deploy/wrangler.ts";
import { parseVars } from "./dev-vars.ts";
import { readFlags } from "./flags.ts";
import { PROOF_REPORTS, readCheckout } from "./preflight/checkout.ts";
import { PROOFS } from "./preflight/proofs.ts";
import { summaryOf, toMarkdown, toText } from "./preflight/render.ts";
import { type Report, runPreflight } from "./preflight/run.ts";
import { askApi, createTarget, isLoopback, SECRET_NAMES, type Target } from "./preflight/target.ts";

const flags = readFlags({
  allowNegative: true,
  options: {
    url: { type: "string", default: "http://localhost:8787" },
    json: { type: "boolean", default: false },
    report: { type: "string" },
    vars: { type: "string" },
    env: { type: "string", default: "production" },
    alerts: { type: "boolean", default: false },
    prove: { type: "boolean", default: false },
    publish: { type: "boolean", default: true },
    only: { type: "string" },
  },
});

function readSecrets(url: string): Readonly<Record<string, string | undefined>> {
  const given = Object.fromEntries(SECRET_NAMES.map((name) => [name, process.env[name]]));
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (flags.vars === "-") return { ...parseVars(readFileSync(0, "utf8")), ...own };
  const file = flags.vars ?? (isLoopback(url) ? `${root}.dev.vars` : `${root}.local/${flags.env}.vars`);
  return { ...(readVarsFile(file) as Record<string, string>), ...own };
}

const TEST_FILE_LIMIT_MS = 180_000;

/** Runs the tests that the checklist names, and no others: file by file, so that one that hangs proves nothing and stops nothing. */
function prove(): void {
  const files = [...new Set(Object.values(PROOFS).flatMap((proofs) => proofs.map(({ file }) => file)))];
  rmSync(`${root}${PROOF_REPORTS}`, { recursive: true, force: true });
  for (const [index, file] of files.entries()) {
    console.error(`${index + 1}/${files.length} ${file}`);
    const output = `--outputFile=${PROOF_REPORTS}/${index}.json`;
    spawnSync(`${root}node_modules/.bin/vitest`, ["run", file, "--reporter=json", output], {
      cwd: root,
      stdio: "ignore",
      timeout: TEST_FILE_LIMIT_MS,
    });
  }
}

/** Leaves the rows with the integration, for the page in `/ops`. */
async function publish(target: Target, report: Report): Promise<void> {
  const answer = await askApi(target, "PUT", "/api/self-test/report", report);
  if (answer.status !== 204) console.error(`The report was not kept for /ops: ${answer.status}`);
}

async function main(): Promise<void> {
  // `localhost:8787` is an address too, of the scheme localhost.
  if (!URL.canParse(flags.url) || !/^https?:$/.test(new URL(flags.url).protocol)) {
    console.error(`--url is an address such as https://integration.example.com; not ${flags.url}.`);
    process.exitCode = 2;
    return;
  }
  const target = createTarget(flags.url, readSecrets(flags.url));
  const health = await target.send("/healthz").catch(() => null);
  if (health === null) {
    console.error(`${flags.url} does not answer. Start it (npm start), or give another --url.`);
    process.exitCode = 2;
    return;
  }
  if (flags.prove) prove();
  const report = await runPreflight({
    target,
    checkout: readCheckout(root),
    alerts: flags.alerts,
    ...(flags.only === undefined ? {} : { only: flags.only.split(",") }),
  });
  if (flags.publish && flags.only === undefined && target.operatorToken !== null)
    await publish(target, report);
  if (flags.report !== undefined) writeFileSync(flags.report, `${toMarkdown(report)}\n`);
  console.log(
    flags.json ? JSON.stringify({ ...report, summary: summaryOf(report) }, null, 2) : toText(report),
  );
  process.exitCode = report.rows.some(({ state }) => state === "failed") ? 1 : 0;
}

await main();
