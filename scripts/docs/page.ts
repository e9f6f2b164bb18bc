/** A Markdown page taken apart: only what the checks and the runbook tests need. */
export interface Page {
  /** Path from the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly language: string;
  /** The word after the language: how a command is tested. */
  readonly mode: string;
  readonly code: string;
  readonly line: number;
}

export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/** `sh` blocks say how they are shown to work. */
export const MODES = {
  local: "run by a test against a local instance",
  "local-long": "does not end by itself, or is run by a step of CI of its own",
  account: "needs a Cloudflare account",
  names: "names that the other commands use",
  "needs-tunnel": "needs a tunnel",
} as const;

/** The first line of a block that needs an account: the word after the language is not shown to a reader. */
export const ACCOUNT_MARK = "# needs your Cloudflare account";

const FENCE = /^([ \t]*)```(\w*)[ \t]*([\w-]*)[ \t]*\n([\s\S]*?)^\1```[ \t]*$/gm;

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

export function parsePage(path: string, text: string): Page {
  const blocks = [...text.matchAll(FENCE)].map(
    ({ index, 1: indent = "", 2: language = "", 3: mode = "", 4: code = "" }) => ({
      language,
      mode,
      code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      line: lineAt(text, index),
    }),
  );
  return { path, text, blocks };
}

/** The page's prose with code blanked out, so that offsets stay. */
export const proseOf = ({ text }: Page): string =>
  text.replaceAll(FENCE, (block) => block.replaceAll(/[^\n]/g, " "));

export const problemAt = (page: Page, index: number, what: string): Problem => ({
  path: page.path,
  line: lineAt(page.text, index),
  what,
});

/** The anchor that GitHub gives to a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

export const anchorsOf = (page: Page): readonly string[] =>
  [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
