import { parseArgs } from "node:util";
import { ACTION_COMMANDS } from "./act.ts";
import { addressOf, callerOf } from "./call.ts";
import { type Command, type Flag, Flags, type Output } from "./command.ts";
import { CommandFailed, UsageError } from "./failure.ts";
import { FAULT } from "./faults.ts";
import { commandHelp, GLOBAL_FLAGS, helpText } from "./help.ts";
import { LOOK_COMMANDS } from "./look.ts";
import { START } from "./start.ts";
import { SWITCH_COMMANDS } from "./switches.ts";
import { WEBHOOK_COMMANDS } from "./webhooks.ts";

export const COMMANDS: Record<string, Command> = {
  start: START,
  ...LOOK_COMMANDS,
  ...WEBHOOK_COMMANDS,
  fault: FAULT,
  ...SWITCH_COMMANDS,
  ...ACTION_COMMANDS,
};

export interface Surroundings {
  env: Record<string, string | undefined>;
  out: (line: string) => void;
  err: (line: string) => void;
}

/** Does what a command line says. Returns the exit code: 0 it worked, 1 it did not, 2 it was not understood. */
export async function run(argv: string[], { env, out, err }: Surroundings): Promise<number> {
  const isJson = argv.includes("--json");
  const print = ({ json, text }: Output) => out(isJson ? JSON.stringify(json) : text);
  try {
    const output = await perform(argv, env, print);
    if (output) print(output);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CommandFailed)) throw error;
    const isUsage = error instanceof UsageError;
    const hint = isUsage ? "\nSee: npm run emulator -- --help" : "";
    const kind = isUsage ? "usage" : "failed";
    err(isJson ? JSON.stringify({ error: kind, message: error.message }) : `${error.message}${hint}`);
    return isUsage ? 2 : 1;
  }
}

async function perform(
  argv: string[],
  env: Surroundings["env"],
  print: (output: Output) => void,
): Promise<Output | undefined> {
  const isNamed = argv[0] !== undefined && !argv[0].startsWith("-");
  const name = isNamed ? (argv[0] ?? "") : "start";
  if (!isNamed && argv.includes("--help")) return said(helpText(COMMANDS));
  if (name === "help") return said(helpText(COMMANDS));
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`There is no command ${name}.`);
  const { flags, args } = parse(isNamed ? argv.slice(1) : argv, command);
  if (flags.is("help")) return said(commandHelp(name, command));
  const [least, most] = command.takes ?? [0, 0];
  if (args.length < least) throw new UsageError(`${name} wants: ${command.args ?? ""}`);
  if (args.length > most) throw new UsageError(`${args[most]} is one argument too many for ${name}`);
  const call = callerOf(addressOf(env, flags.text("url")));
  return command.run({ args, flags, call, print });
}

const said = (text: string): Output => ({ json: { help: text }, text });

function parse(argv: string[], command: Command): { flags: Flags; args: string[] } {
  const known: Record<string, Flag> = { ...command.flags, ...GLOBAL_FLAGS };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      options,
      allowPositionals: true,
      allowNegative: true,
    });
    return { flags: new Flags(values), args: positionals };
  } catch (error) {
    // Only what `parseArgs` finds wrong with the line; its first sentence says it all.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(". ")[0] ?? message);
  }
}
