/**
 * `npm run submission [-- --out submission] [--env production] [--url https://…]`: the pack that Revento asks for with a production request:
 * one folder with an index page. It starts an instance of its own, with the emulator, for the pictures and the checklist;
 * what is to be registered comes from `wrangler.toml`, or from `--url`. `--print` prints that alone.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { manifest } from "../src/manifest.ts";
import { launchBrowser } from "../test/e2e/support/browser.ts";
import { type Stack, startStack } from "../test/e2e/support/stack.ts";
import { isEnvironment } from "./deploy/environments.ts";
import { readTarget } from "./deploy/target.ts";
import { root } from "./deploy/wrangler.ts";
import { readDevVars } from "./dev-vars.ts";
import { readFlags } from "./flags.ts";
import { readCheckout } from "./preflight/checkout.ts";
import { toMarkdown } from "./preflight/render.ts";
import { runPreflight } from "./preflight/run.ts";
import { askApi, createTarget } from "./preflight/target.ts";
import { type Facts, factsOf, NOT_FILLED_IN, toLines } from "./submission/facts.ts";
import { indexPage } from "./submission/index-page.ts";
import { type Scene, takePictures } from "./submission/pictures.ts";

const flags = readFlags({
  options: {
    out: { type: "string", default: "submission" },
    env: { type: "string", default: "production" },
    url: { type: "string" },
    print: { type: "boolean", default: false },
  },
});

function readFacts(): Facts {
  if (!isEnvironment(flags.env)) throw new Error("--env is sandbox or production.");
  const { vars } = readTarget(`${root}wrangler.toml`, flags.env);
  const url = flags.url ?? (vars.PUBLIC_URL || `https://${NOT_FILLED_IN}.example`);
  return factsOf(manifest, url.replace(/\/$/, ""), vars.REVENTO_CLIENT_ID || NOT_FILLED_IN);
}

async function sceneOf(stack: Stack): Promise<Scene> {
  const { data } = (await stack.control("GET", "/_emulator/state/events")) as {
    data: { id: string; organization_id: string }[];
  };
  const [event] = data;
  if (event === undefined) throw new Error("the emulator has no event");
  return { ...stack, eventId: event.id, organizationId: event.organization_id };
}

async function make(facts: Facts, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const stack = await startStack();
  const browser = await launchBrowser();
  try {
    const target = createTarget(stack.workerUrl, readDevVars(`${root}.dev.vars`));
    const report = await runPreflight({ target, checkout: readCheckout(root), alerts: false });
    // For the page in /ops.
    await askApi(target, "PUT", "/api/self-test/report", report);
    const albums = await takePictures(browser, await sceneOf(stack), folder);
    const pictures = albums.flatMap((album) => album.pictures.flatMap(({ files }) => Object.values(files)));
    writeFileSync(join(folder, "checklist.md"), `${toMarkdown(report)}\n`);
    writeFileSync(join(folder, "registration.json"), `${JSON.stringify(facts, null, 2)}\n`);
    writeFileSync(join(folder, "index.html"), indexPage(facts, report, albums));
    console.log(
      `${join(folder, "index.html")}: ${pictures.length} pictures, ${report.rows.length} lines of the checklist`,
    );
  } finally {
    await browser.close();
    await stack.stop();
  }
}

const facts = readFacts();
if (flags.print) console.log(toLines(facts));
else await make(facts, resolve(root, flags.out));
