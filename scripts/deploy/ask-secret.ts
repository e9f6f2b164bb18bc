import { SecretsError } from "./secret-values.ts";

const [ENTER, RETURN, CTRL_C, BACKSPACE, DELETE] = ["\r", "\n", "\u0003", "\b", "\u007f"];

/** Reads one line from the terminal without showing it. */
function readHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  // Silent before it asks: whoever types at once is not shown either.
  stdin.setRawMode(true);
  stderr.write(prompt);
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (settle: () => void): void => {
      stdin.off("data", read);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
      settle();
    };
    const read = (chunk: Buffer): void => {
      for (const char of chunk.toString()) {
        if (char === CTRL_C) end(() => reject(new SecretsError("Interrupted; nothing was set.")));
        else if (char === ENTER || char === RETURN) end(() => resolve(typed.trim()));
        else if (char === BACKSPACE || char === DELETE) typed = typed.slice(0, -1);
        else typed += char;
      }
    };
    stdin.on("data", read);
  });
}

/** A secret from the environment variable of its name, or from the terminal without an echo. Never an argument: those show in process lists. */
export async function askSecret(name: string, why: string): Promise<string> {
  const given = process.env[name];
  if (given !== undefined && given !== "") return given;
  if (!process.stdin.isTTY) {
    throw new SecretsError(
      `${name} is needed (${why}). There is no terminal to ask on: set the variable ${name}.`,
    );
  }
  const typed = await readHidden(`${name}, ${why} (not shown): `);
  if (typed === "") throw new SecretsError(`${name} is empty; nothing was set.`);
  return typed;
}
