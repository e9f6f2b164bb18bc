import { ACTION_TABLE, type ActionSpec, EVENT_ACTIONS, PEOPLE_ACTIONS } from "../control/action-table.ts";
import type { Json } from "./call.ts";
import type { Command, Flag, Input } from "./command.ts";
import { UsageError } from "./failure.ts";
import { done } from "./format.ts";

/** `event_id` is `--event`, `display_name` is `--display-name`. */
export const flagOf = (field: string): string => field.replace(/_id$/, "").replaceAll("_", "-");

const HINTS: Record<string, string> = { number: "N", strings: "A,B", object: "JSON", string: "TEXT" };

interface Field {
  name: string;
  kind: string;
  optional: boolean;
}

function fieldsOf(spec: ActionSpec): Field[] {
  return Object.entries(spec.fields).map(([name, kind]) => ({
    name,
    kind: kind.replace("?", ""),
    optional: kind.endsWith("?"),
  }));
}

const ABOUT: Record<string, string> = {
  event_id: "The event",
  participant_id: "The participant",
  activity_id: "The activity",
  thread_id: "The thread",
  location_id: "The place",
  account: "An account's id or e-mail address",
  custom_form_fields: "Answers in the form, merged with those that are there",
  start_at: "UTC, e.g. 2027-05-14T09:00:00Z",
  end_at: "UTC, e.g. 2027-05-14T09:45:00Z",
  required: "The consent page cannot leave it out; --no-required: it can",
  secret: "Default: a random one",
};

function asFlag({ name, kind }: Field): Flag {
  const words = name.replaceAll("_", " ");
  const about = ABOUT[name] ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  if (kind === "boolean") return { type: "boolean", about };
  const hint = name.endsWith("_id") ? "ID" : (HINTS[kind] ?? "TEXT");
  return { type: "string", about, hint, multiple: kind === "strings" };
}

/** The value of a field as the control API wants it. */
function fieldValue({ name, kind }: Field, { flags }: Input): unknown {
  const flag = flagOf(name);
  if (kind === "boolean") return flags.isGiven(flag) ? flags.is(flag) : undefined;
  if (kind === "strings")
    return flags.isGiven(flag) ? flags.list(flag).flatMap((item) => item.split(",")) : undefined;
  const text = flags.text(flag);
  if (text === undefined || kind === "string") return text;
  if (kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (kind === "number") throw new UsageError(`--${flag} must be a number, not ${text}`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`--${flag} must be JSON, e.g. '{"favorite_track": "policy"}'`);
  }
}

/** The body of an action: from flags, and what it needs also from the arguments, in order. */
function bodyOf(spec: ActionSpec, input: Input): Json {
  const args = [...input.args];
  const body: Json = {};
  for (const field of fieldsOf(spec)) {
    const fromFlag = fieldValue(field, input);
    const value = fromFlag ?? (field.optional || field.kind !== "string" ? undefined : args.shift());
    if (value === undefined && !field.optional) throw new UsageError(`--${flagOf(field.name)} is missing`);
    if (value !== undefined) body[field.name] = value;
  }
  if (args.length > 0) throw new UsageError(`${args[0]} is one argument too many`);
  return body;
}

function commandFor(name: string, spec: ActionSpec): Command {
  const fields = fieldsOf(spec);
  const needed = fields.filter(({ optional, kind }) => !optional && kind === "string");
  const group = name in PEOPLE_ACTIONS ? "People" : name in EVENT_ACTIONS ? "Events" : "Lifecycle";
  return {
    group,
    args: needed.map((field) => flagOf(field.name).toUpperCase()).join(" "),
    about: spec.about,
    takes: [0, needed.length],
    flags: Object.fromEntries(fields.map((field) => [flagOf(field.name), asFlag(field)])),
    run: async (input) => {
      const json = await input.call("POST", `/actions/${name}`, bodyOf(spec, input));
      return { json, text: done(name, json) };
    },
  };
}

/** One command for every action of the control API. */
export const ACTION_COMMANDS: Record<string, Command> = Object.fromEntries(
  Object.entries(ACTION_TABLE).map(([name, spec]) => [name, commandFor(name, spec)]),
);
