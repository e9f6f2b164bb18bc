import { type Command, flag } from "./command.ts";
import { CommandFailed } from "./failure.ts";

const VARIABLES: Record<string, string> = {
  port: "EMULATOR_PORT",
  participants: "EMULATOR_PARTICIPANTS",
  events: "EMULATOR_EVENTS",
  seed: "EMULATOR_SEED",
  integration: "PUBLIC_URL",
};

/** Starts the emulator here, and goes on until Ctrl-C. */
export const START: Command = {
  group: "Server",
  about: "Start the emulator; also what happens without any command",
  flags: {
    port: flag("Where it listens; default 8788", "N"),
    participants: flag("Participants of each event; default 36", "N"),
    events: flag("Events; default 2", "N"),
    seed: flag("The same seed gives the same data, ids and faults", "N"),
    integration: flag("Where the integration is; default http://localhost:8787", "URL"),
  },
  run: async ({ flags, print }) => {
    const given = Object.entries(VARIABLES).flatMap(([name, variable]) => {
      const value = flags.text(name);
      return value === undefined ? [] : [[variable, value]];
    });
    const { startServer } = await import("../node.ts");
    const { url, invented, emulator } = await startServer({
      ...process.env,
      ...Object.fromEntries(given),
    }).catch((error: NodeJS.ErrnoException) => {
      throw new CommandFailed(
        error.code === "EADDRINUSE"
          ? "Something uses this port already: choose another with --port, or with EMULATOR_PORT."
          : error.message,
      );
    });
    const events = [...emulator.state.store.events.values()].map(({ id, title }) => ({ id, title }));
    const lines = [`Revento emulator: ${url}`, ...events.map(({ id, title }) => `  ${id}  ${title}`)];
    if (invented.length > 0) lines.push(`Made up, because not in the environment: ${invented.join(", ")}`);
    print({ json: { url, events, invented }, text: lines.join("\n") });
    return undefined;
  },
};
