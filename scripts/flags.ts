import { type ParseArgsConfig, parseArgs } from "node:util";

type Flags = NonNullable<ParseArgsConfig["options"]>;

const describe = ([name, { type, default: usual }]: [string, Flags[string]]): string =>
  `  --${name}${type === "string" ? ` VALUE${typeof usual === "string" ? `  (${usual})` : ""}` : ""}`;

function listOf(flags: Flags): string {
  const lines = Object.entries(flags).map(describe);
  return lines.length === 0 ? "It has no flags." : `Flags:\n${lines.join("\n")}`;
}

/**
 * The flags of a command. `--help` says which there are. One that there is not, or that lacks its value, ends the
 * command with 2 before it has done anything.
 */
export function readFlags<T extends ParseArgsConfig & { options: Flags }>(
  config: T,
): ReturnType<typeof parseArgs<T>>["values"] {
  if (process.argv.slice(2).includes("--help")) {
    console.log(listOf(config.options));
    process.exit(0);
  }
  try {
    return parseArgs(config).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${listOf(config.options)}`);
    process.exit(2);
  }
}

/** A port from the environment. */
export function readPort(name: string, usual: number): number {
  const text = process.env[name] ?? String(usual);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  console.error(`${name} is a port, 1 to 65535; not ${text}.`);
  process.exit(2);
}
