/** The environments of `wrangler.toml`: made from its top-level sections, because wrangler's environments inherit no bindings. */

export const ENVIRONMENTS = ["sandbox", "production"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Everything below this line is written by `npm run environments`. */
export const MARKER =
  "# ── environments: written by `npm run environments`; only the values of vars and database_id are yours ──";

/** What a named environment does not inherit (wrangler's documentation, "Non-inheritable keys"). */
const NOT_INHERITED = ["vars", "d1_databases", "durable_objects", "queues", "version_metadata"];

interface Section {
  /** `queues.producers`, without brackets. */
  readonly key: string;
  readonly isList: boolean;
  /** Assignments alone: comments and empty lines stay with the top-level section. */
  readonly lines: readonly string[];
}

/** Splits a `wrangler.toml` into its sections. Arrays over several lines occur only in inherited sections. */
function sectionsOf(toml: string): readonly Section[] {
  return toml
    .split(/^(?=\[)/m)
    .map((text): Section | null => {
      const header = /^(\[\[?)([\w.]+)\]\]?/.exec(text);
      if (header === null) return null;
      const lines = text
        .split("\n")
        .slice(1)
        .filter((line) => /^\w+\s*=/.test(line));
      return { key: header[2] ?? "", isList: header[1] === "[[", lines };
    })
    .filter((section) => section !== null);
}

const keyOf = (line: string): string => line.split("=", 1)[0]?.trim() ?? "";

/** What the publisher filled in for one environment. */
function ownValues(sections: readonly Section[], environment: Environment): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  for (const { key, lines } of sections) {
    if (key === `env.${environment}.vars`) for (const line of lines) own.set(keyOf(line), line);
    if (key === `env.${environment}.d1_databases`) {
      for (const line of lines) if (keyOf(line) === "database_id") own.set("database_id", line);
    }
  }
  return own;
}

/** Names of resources carry the environment; `src/jobs.ts` takes the suffix of a queue off again. */
const rename = (line: string, environment: Environment): string =>
  line.replace(/^((?:queue|dead_letter_queue|database_name)\s*=\s*")([^"]+)"/, `$1$2-${environment}"`);

function environmentText(sections: readonly Section[], environment: Environment): string {
  const own = ownValues(sections, environment);
  const parts = sections
    .filter(({ key }) => NOT_INHERITED.includes(key.split(".", 1)[0] ?? ""))
    .map(({ key, isList, lines }) => {
      const header = isList ? `[[env.${environment}.${key}]]` : `[env.${environment}.${key}]`;
      const kept = lines.map((line) => own.get(keyOf(line)) ?? rename(line, environment));
      const known = lines.map(keyOf);
      const added =
        key === "vars" ? [...own].filter(([name]) => name !== "database_id" && !known.includes(name)) : [];
      return [header, ...kept, ...added.map(([, line]) => line)].join("\n");
    });
  return parts.join("\n\n");
}

/** The same `wrangler.toml` with its environments written again from the top-level sections. */
export function withEnvironments(toml: string): string {
  const top = toml.split(MARKER, 1)[0]?.trimEnd() ?? "";
  const written = sectionsOf(toml.slice(top.length));
  const shared = sectionsOf(top);
  const texts = ENVIRONMENTS.map((environment) => environmentText([...shared, ...written], environment));
  return `${[top, MARKER, ...texts].join("\n\n")}\n`;
}

/** Writes the id of a database that was found or created into its environment. */
export function withDatabaseId(toml: string, environment: Environment, id: string): string {
  const section = new RegExp(`(\\[\\[env\\.${environment}\\.d1_databases\\]\\][^[]*?database_id = )"[^"]*"`);
  if (!section.test(toml)) throw new Error(`wrangler.toml has no database for ${environment}`);
  return toml.replace(section, `$1"${id}"`);
}

export const isEnvironment = (name: string): name is Environment =>
  (ENVIRONMENTS as readonly string[]).includes(name);
