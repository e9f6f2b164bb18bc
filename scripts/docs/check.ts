import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { brokenCommands } from "./commands.ts";
import { brokenLinks, missingFiles } from "./links.ts";
import { untrueArchitecture, untrueSettings } from "./names.ts";
import { type Page, type Problem, parsePage } from "./page.ts";

const packageShape = z.object({ scripts: z.record(z.string(), z.string()) });

/** README, the other pages at the root, and everything in `docs/`. */
export function readPages(root: string): readonly Page[] {
  const top = readdirSync(root).filter((name) => name.endsWith(".md"));
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
  return [...top, ...docs].sort().map((path) => parsePage(path, readFileSync(join(root, path), "utf8")));
}

/** Everything that the pages say and that is not so. */
export function checkDocs(root: string, pages: readonly Page[] = readPages(root)): readonly Problem[] {
  const { scripts } = z.parse(packageShape, JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  return pages.flatMap((page) => [
    ...brokenLinks(page, pages, root),
    ...missingFiles(page, root),
    ...brokenCommands(page, scripts, root),
    ...(page.path === "docs/architecture.md" ? untrueArchitecture(page, root) : []),
    ...(page.path === "docs/configuration.md" ? untrueSettings(page, root) : []),
  ]);
}
