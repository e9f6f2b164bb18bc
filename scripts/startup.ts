/** `npm run startup`: the time that the Worker's top-level code takes in workerd on this machine, against Cloudflare's limit. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wrangler } from "./deploy/wrangler.ts";
import { readFlags } from "./flags.ts";

readFlags({ options: {} });

/** Cloudflare refuses a Worker whose start-up takes longer (Workers limits, "Worker startup time"). */
const LIMIT_MS = 1_000;
/** This machine is not Cloudflare's: only a start-up far over what is measured here is a fault. */
const BUDGET_MS = 250;

const folder = mkdtempSync(join(tmpdir(), "startup-"));
const { ok, stdout, stderr } = await wrangler(
  ["check", "startup", "--args=--minify", "--outfile", join(folder, "startup.cpuprofile")],
  {},
);
rmSync(folder, { recursive: true, force: true });
const active = /Active:\s*([\d.]+) ms/.exec(stdout)?.[1];
const bundle = /Bundle:.*$/m.exec(stdout)?.[0];
if (!ok || active === undefined) {
  console.error(`The start-up could not be measured:\n${stdout}${stderr}`);
  process.exitCode = 1;
} else {
  console.log(
    `start-up: ${active} ms of CPU here, of a budget of ${BUDGET_MS} ms (Cloudflare's limit is ${LIMIT_MS} ms). ${bundle}`,
  );
  if (Number(active) > BUDGET_MS) process.exitCode = 1;
}
