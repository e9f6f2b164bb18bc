import { isJson, type Json } from "./call.ts";
import { type Command, flag, type Input, type Output, toggle } from "./command.ts";
import { UsageError } from "./failure.ts";
import { rowsOf, table, word } from "./format.ts";

function faultsText(json: Json): string {
  return table(
    ["ID", "KIND", "STRUCK", "OF", "MATCH", "PARAMS"],
    rowsOf(json).map((row) => [row.id, row.kind, row.struck, row.count ?? "∞", row.match, row.params]),
    "No fault is planned.",
  );
}

async function kinds(call: Input["call"]): Promise<Output> {
  const json = await call("GET", "/faults/kinds");
  const rows = Object.entries(isJson(json.kinds) ? json.kinds : {}).map(([name, kind]) => {
    const { target, about, params } = isJson(kind) ? kind : {};
    return [name, target, Object.keys(isJson(params) ? params : {}), about];
  });
  const endpoints = `Endpoints: ${word(json.endpoints)}, or a path with *`;
  return { json, text: `${table(["KIND", "STRIKES", "PARAMS", "WHAT HAPPENS"], rows, "")}\n${endpoints}` };
}

/** `name=value`, where the value is JSON or else a text. */
function paramOf(pair: string): [string, unknown] {
  const [name = "", ...rest] = pair.split("=");
  if (rest.length === 0) throw new UsageError(`--param wants name=value, not ${pair}`);
  const text = rest.join("=");
  try {
    return [name, JSON.parse(text) as unknown];
  } catch {
    return [name, name === "fields" ? text.split(",") : text];
  }
}

function numberOf(input: Input, name: string): number | undefined {
  const text = input.flags.text(name);
  if (text === undefined) return undefined;
  if (text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  throw new UsageError(`--${name} must be a number, not ${text}`);
}

function faultOf(input: Input, kind: string): Json {
  const { flags } = input;
  const match = {
    endpoint: flags.text("endpoint"),
    method: flags.text("method"),
    event_id: flags.text("event"),
    type: flags.text("type"),
    attempt: numberOf(input, "attempt"),
  };
  const count = flags.is("forever") ? null : numberOf(input, "count");
  const how = { count, skip: numberOf(input, "skip"), probability: numberOf(input, "probability") };
  return { kind, match, ...how, params: Object.fromEntries(flags.list("param").map(paramOf)) };
}

async function fault(input: Input): Promise<Output> {
  const { args, call } = input;
  const [what = "list", id] = args;
  if (what === "kinds") return kinds(call);
  if (what === "remove" && id === undefined) throw new UsageError("fault remove wants the id of a fault");
  if (what !== "remove" && id !== undefined) throw new UsageError(`${id} is one argument too many`);
  if (what === "list") {
    const json = await call("GET", "/faults");
    return { json, text: faultsText(json) };
  }
  if (what === "remove" || what === "clear") {
    const json = await call(
      "DELETE",
      what === "clear" ? "/faults" : `/faults/${encodeURIComponent(id ?? "")}`,
    );
    return { json, text: faultsText(json) };
  }
  const json = await call("POST", "/faults", faultOf(input, what));
  return {
    json,
    text: `Planned: ${word(json.id)} ${word(json.kind)}, ${json.count === null ? "until it is removed" : `${word(json.count)}×`}`,
  };
}

export const FAULT: Command = {
  group: "Do",
  args: "[KIND | list | kinds | remove ID | clear]",
  about: "Let something go wrong",
  takes: [0, 2],
  flags: {
    endpoint: flag("Answers: which endpoint, e.g. refresh, participants, api", "NAME"),
    method: flag("Answers: which method", "GET"),
    type: flag("Webhooks: which type, e.g. application.*"),
    attempt: flag("Webhooks: only this try", "N"),
    event: flag("Only for this event", "ID"),
    count: flag("How often; default 1", "N"),
    forever: toggle("Until it is removed"),
    skip: flag("How many to spare first", "N"),
    probability: flag("Of those that are left, how many: 0 to 1", "P"),
    param: { ...flag("A parameter of the fault, e.g. work=after", "NAME=VALUE"), multiple: true },
  },
  run: fault,
};
