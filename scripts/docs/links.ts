import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { anchorsOf, type Page, type Problem, problemAt, proseOf } from "./page.ts";

const LINK = /\[(?:[^\]\\]|\\.)*\]\(([^)\s]+)\)|<(https?:[^>\s]+)>/g;
/** Addresses that are examples, or this machine's. */
const isPlainUrl = (target: string): boolean => /^(https?:|mailto:)/.test(target);

/** Links that lead nowhere: a file that is not there, or a heading that its page does not have. Nothing is fetched. */
export function brokenLinks(page: Page, pages: readonly Page[], root: string): readonly Problem[] {
  return [...proseOf(page).matchAll(LINK)].flatMap((match) => {
    const target = match[1] ?? match[2] ?? "";
    const why = isPlainUrl(target) ? brokenUrl(target) : brokenPath(page, target, pages, root);
    return why === null ? [] : [problemAt(page, match.index, `${target}: ${why}`)];
  });
}

const brokenUrl = (url: string): string | null => (URL.canParse(url) ? null : "not an address");

function brokenPath(page: Page, target: string, pages: readonly Page[], root: string): string | null {
  const [file = "", anchor] = target.split("#", 2);
  const path = file === "" ? page.path : normalize(join(dirname(page.path), file));
  const other = pages.find((each) => each.path === path);
  if (other === undefined && !existsSync(join(root, path))) return "no such file";
  if (anchor === undefined) return null;
  if (other === undefined) return "an anchor in something that is no page";
  return anchorsOf(other).includes(anchor) ? null : "no such heading";
}

const OWN_PATH =
  /`((?:src|emulator|scripts|test|docs|migrations|bench|public)\/[\w./-]+|(?:wrangler\.toml|package\.json))`/g;

/** Files and folders of this repository that a page names and that are not there. */
export function missingFiles(page: Page, root: string): readonly Problem[] {
  return [...proseOf(page).matchAll(OWN_PATH)].flatMap((match) => {
    const path = match[1] ?? "";
    return existsSync(join(root, path)) ? [] : [problemAt(page, match.index, `${path}: no such file`)];
  });
}
