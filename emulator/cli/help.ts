import type { Command, Flag } from "./command.ts";

const GROUPS: [Command["group"], string][] = [
  ["Server", "Server"],
  ["Look", "Look"],
  ["Do", "Let something happen"],
  ["People", "What people do"],
  ["Events", "Events and their program"],
  ["Lifecycle", "Connections and the manifest"],
];

export const GLOBAL_FLAGS: Record<string, Flag> = {
  json: { type: "boolean", about: "Answer with JSON, for scripts" },
  url: {
    type: "string",
    about: "The running emulator; default EMULATOR_URL, or http://localhost:EMULATOR_PORT",
    hint: "URL",
  },
  help: { type: "boolean", about: "Say what there is, also for one command" },
};

function columns(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

const flagRows = (flags: Record<string, Flag>): [string, string][] =>
  Object.entries(flags).map(([name, { type, hint, about }]) => [
    `--${name}${type === "string" ? ` ${hint ?? "TEXT"}` : ""}`,
    about,
  ]);

const titleOf = (name: string, { args }: Command): string => `${name}${args ? ` ${args}` : ""}`;

/** Every command in one line each. */
export function helpText(commands: Record<string, Command>): string {
  const all = Object.entries(commands);
  const groups = GROUPS.map(([group, title]) => {
    const rows = all
      .filter(([, command]) => command.group === group)
      .map(([name, command]): [string, string] => [titleOf(name, command), command.about]);
    return `${title}\n${columns(rows)}`;
  });
  return `npm run emulator                       starts Revento's emulator
npm run emulator -- COMMAND [FLAGS]    asks or tells a running one

${groups.join("\n\n")}

Everywhere
${columns(flagRows(GLOBAL_FLAGS))}

COMMAND --help shows its flags. Exit codes: 0 it worked, 1 it did not, 2 the command line was not understood.
In scripts use npm run --silent, so that npm prints nothing of its own.`;
}

/** One command with its flags. */
export function commandHelp(name: string, command: Command): string {
  const flags = { ...command.flags, ...GLOBAL_FLAGS };
  return `npm run emulator -- ${titleOf(name, command)} [FLAGS]\n${command.about}.\n\n${columns(flagRows(flags))}`;
}
