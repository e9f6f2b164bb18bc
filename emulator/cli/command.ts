import type { Call } from "./call.ts";

export interface Flag {
  type: "string" | "boolean";
  about: string;
  /** What stands after it in the help. */
  hint?: string;
  multiple?: boolean;
}

export interface Input {
  args: string[];
  flags: Flags;
  call: Call;
  /** Prints at once, for commands that go on. */
  print: (output: Output) => void;
}

/** What a command has to say: to scripts, and to people. */
export interface Output {
  json: unknown;
  text: string;
}

export interface Command {
  group: "Look" | "Do" | "People" | "Events" | "Lifecycle" | "Server";
  /** Arguments as the help shows them. */
  args?: string;
  about: string;
  flags?: Record<string, Flag>;
  /** How many arguments it takes; default none. */
  takes?: [least: number, most: number];
  run: (input: Input) => Promise<Output | undefined>;
}

type Value = string | boolean | (string | boolean)[] | undefined;

/** The flags of a command line, each read as what it is. */
export class Flags {
  #values: Record<string, Value>;

  constructor(values: Record<string, Value>) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  is(name: string): boolean {
    return this.#values[name] === true;
  }

  isGiven(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  list(name: string): string[] {
    const value = this.#values[name];
    const all = Array.isArray(value) ? value : [value];
    return all.filter((item) => typeof item === "string");
  }
}

export const flag = (about: string, hint = "TEXT"): Flag => ({ type: "string", about, hint });
export const toggle = (about: string): Flag => ({ type: "boolean", about });
