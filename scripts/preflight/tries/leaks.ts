import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { broken, type Expectation, judge, type Try } from "../finding.ts";
import type { Target } from "../target.ts";

const MAX_BYTES = 2_000_000;

function textOf(root: string, file: string): string {
  const path = join(root, file);
  try {
    return statSync(path).size > MAX_BYTES ? "" : readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Every file that git tracks, or would: an untracked one may be committed next. */
const filesOf = (root: string): readonly string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => file !== "");

/** In a JSON array of keys it is the keys that are secret. */
const valuesOf = (value: string): readonly string[] =>
  value.startsWith("[") ? [...value.matchAll(/"key":\s*"([^"]+)"/g)].map(([, key = ""]) => key) : [value];

/** Every line that any commit ever added. Searched here rather than by git: a value that is an argument shows in a process list. */
const historyOf = (root: string): string =>
  execFileSync("git", ["log", "--all", "--patch", "--unified=0", "--no-color", "--format="], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1_000_000_000,
  });

interface Places {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly history: string;
}

function expectationOf(target: Target, { files, history }: Places, name: string): readonly Expectation[] {
  const value = target.secrets[name];
  if (value === undefined) return [];
  const values = valuesOf(value);
  const holds = (text: string): boolean => values.some((each) => text.includes(each));
  const file = files.find(({ text }) => holds(text));
  return [
    {
      what: `${name} in none of ${files.length} files`,
      problem: file === undefined ? null : `${name} is in ${file.name}`,
    },
    { what: "nor in the history", problem: holds(history) ? `${name} is` : null },
    {
      what: `nor in any of ${target.seen.length / 2} answers of the integration`,
      problem: target.seen.some(holds) ? `${name} is` : null,
    },
  ];
}

function placesOf(root: string): Places {
  return {
    files: filesOf(root).map((name) => ({ name, text: textOf(root, name) })),
    history: historyOf(root),
  };
}

/** For where nothing else was tried: an answer of each kind, a refusal and a page that is not there among them. */
const ASKED_FOR = ["/", "/healthz", "/connect", "/nowhere", "/api/connections", "/ops"];

/** Looks for the values themselves: in the checkout, in its history, and in everything that the integration answered. */
export function keptSecrets(root: string): (...names: readonly string[]) => Try {
  // Both secrets are looked for in the same places.
  let places: Places | undefined;
  return (...names) =>
    async (target) => {
      places ??= placesOf(root);
      if (target.seen.length === 0) for (const path of ASKED_FOR) await target.send(path);
      const where = places;
      const expectations = names.flatMap((name) => expectationOf(target, where, name));
      const todo = "Rotate it (docs/runbooks/rotate-secrets.md), then remove it from where it was found.";
      return expectations.length === 0
        ? broken(
            `${names.join(", ")} is not known to the caller: there was nothing to look for`,
            "Give it in the environment.",
          )
        : judge(expectations, todo);
    };
}
