import { existsSync } from "node:fs";
import { join } from "node:path";
import { experimental_getWranglerCommands } from "wrangler";
import { ACCOUNT_MARK, MODES, type Page, type Problem, problemAt, proseOf } from "./page.ts";

interface CommandTree {
  readonly definition?: { readonly type: string; readonly args?: Readonly<Record<string, unknown>> };
  readonly subtree: ReadonlyMap<string, CommandTree>;
}

const { registry, globalFlags } = experimental_getWranglerCommands() as {
  registry: CommandTree;
  globalFlags: Readonly<Record<string, unknown>>;
};

/** What is wrong with a wrangler command line, as wrangler itself would say. */
function wranglerProblem(words: readonly string[]): string | null {
  let node = registry;
  for (const word of words) {
    const next = node.subtree.get(word);
    if (next === undefined) break;
    node = next;
  }
  if (node === registry) return `wrangler has no command ${words[0]}`;
  if (node.definition?.type !== "command") return `wrangler ${words[0]}: no such subcommand`;
  const known = [...Object.keys(node.definition.args ?? {}), ...Object.keys(globalFlags)];
  const flags = words
    .filter((word) => word.startsWith("--"))
    .map((word) => word.slice(2).split("=", 1)[0] ?? "");
  const unknown = flags.find((flag) => !known.includes(flag));
  return unknown === undefined ? null : `wrangler ${words[0]} has no option --${unknown}`;
}

/** What is wrong with one command of a page, or null. Programs of other people are taken at their word. */
export function commandProblem(
  command: string,
  scripts: Readonly<Record<string, string>>,
  root: string,
): string | null {
  const words = command.trim().split(/\s+/);
  const [program = "", first = "", second = ""] = words;
  if (program === "npx" && first === "wrangler") return wranglerProblem(words.slice(2));
  if (program === "npm" && first === "run") return second in scripts ? null : `no npm script ${second}`;
  if (program === "npm" && ["start", "test"].includes(first))
    return first in scripts ? null : `no npm script ${first}`;
  if (program === "node") return existsSync(join(root, first)) ? null : `no file ${first}`;
  return null;
}

const split = (line: string): readonly string[] =>
  line.split(/\s(?:&&|\|\||\||;)\s|#/).filter((part) => part.trim() !== "");
const IN_PROSE = /`((?:npm (?:run|start|test)|npx wrangler|node )[^`\n]*)`/g;

/** Commands that do not exist, in code blocks and in prose; and blocks of the docs that do not say how they are tested. */
export function brokenCommands(
  page: Page,
  scripts: Readonly<Record<string, string>>,
  root: string,
): readonly Problem[] {
  const shell = page.blocks.filter(({ language }) => language === "sh");
  const inBlocks = shell.flatMap(({ code, line }) =>
    code.split("\n").flatMap((text, offset) =>
      split(text).map((command) => ({
        line: line + 1 + offset,
        what: commandProblem(command, scripts, root),
      })),
    ),
  );
  const inProse = [...proseOf(page).matchAll(IN_PROSE)].flatMap(({ index, 1: text = "" }) =>
    split(text).map((command) => problemAt(page, index, commandProblem(command, scripts, root) ?? "")),
  );
  const unmarked = shell
    .filter(({ mode }) => page.path.startsWith("docs/") && !(mode in MODES))
    .map(({ line }) => ({ path: page.path, line, what: "a sh block that does not say how it is tested" }));
  const unseen = shell
    .filter(({ mode, code }) => mode === "account" && !code.startsWith(`${ACCOUNT_MARK}\n`))
    .map(({ line }) => ({
      path: page.path,
      line,
      what: `an account's block that does not begin “${ACCOUNT_MARK}”`,
    }));
  return [
    ...inBlocks.flatMap(({ line, what }) => (what === null ? [] : [{ path: page.path, line, what }])),
    ...inProse.filter(({ what }) => what !== ""),
    ...unmarked,
    ...unseen,
  ];
}
