import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cronsOf } from "../cron-clock.ts";
import { readWranglerConfig } from "../deploy/wrangler-config.ts";
import type { Page, Problem } from "./page.ts";

const missing = (page: Page, what: string, names: readonly string[]): readonly Problem[] =>
  names
    .filter((name) => !page.text.includes(name))
    .map((name) => ({ path: page.path, line: 1, what: `${what} ${name} is not on the page` }));

/** The architecture names every queue, object, cron and folder that there is, and no queue or object that there is not. */
export function untrueArchitecture(page: Page, root: string): readonly Problem[] {
  const config = readWranglerConfig(join(root, "wrangler.toml"));
  const queues = config.queues.consumers.map(({ queue }) => queue);
  const objects = config.durable_objects.bindings.map(({ name }) => name);
  const folders = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `\`src/${name}\``);
  const invented = [...page.text.matchAll(/revento-[a-z]+(?:-dead)?/g)]
    .map(([name]) => name)
    .filter((name) => !queues.includes(name) && name !== "revento-integration");
  return [
    ...missing(page, "the queue", queues),
    ...missing(page, "the Durable Object", objects),
    ...missing(page, "the cron", cronsOf(readFileSync(join(root, "wrangler.toml"), "utf8"))),
    ...missing(page, "the folder", folders),
    ...invented.map((name) => ({ path: page.path, line: 1, what: `there is no queue ${name}` })),
  ];
}

/** The page of settings names every setting that `src/config.ts` reads, and none that it does not. */
export function untrueSettings(page: Page, root: string): readonly Problem[] {
  const source = readFileSync(join(root, "src/config.ts"), "utf8");
  const read = [...source.matchAll(/\bkey: "([A-Z_]+)"/g)].map(([, key = ""]) => key);
  const table = page.text.split("## Settings")[1]?.split("\n## ")[0] ?? "";
  const told = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, key = ""]) => key),
  );
  const invented = told.filter((key) => !read.includes(key));
  return [
    ...missing(
      page,
      "the setting",
      [...new Set(read)].map((key) => `\`${key}\``),
    ),
    ...invented.map((key) => ({ path: page.path, line: 1, what: `src/config.ts reads no ${key}` })),
  ];
}
