import type { SettingName } from "../settings.ts";
import { SETTINGS } from "../settings-table.ts";
import { isJson, type Json } from "./call.ts";
import { type Command, type Input, type Output, toggle } from "./command.ts";
import { UsageError } from "./failure.ts";
import { pairs, table } from "./format.ts";

const clockText = (json: Json): string =>
  pairs([
    ["emulator", json.now],
    ["real", json.real],
    ["ahead", `${Number(json.ahead_ms) / 1000} s`],
    ["Revento shows", json.revento],
    ["skew", `${Number(json.skew_ms) / 1000} s`],
    ["next reset", json.next_reset_at],
  ]);

async function clock({ args: [by], call }: Input): Promise<Output> {
  const json = by === undefined ? await call("GET", "/clock") : await call("POST", "/clock", { advance: by });
  return { json, text: clockText(json) };
}

/** A setting's value out of `name=value`, as the kind of the setting says. */
function settingOf(pair: string): [SettingName, unknown] {
  const [name = "", ...rest] = pair.split("=");
  const text = rest.join("=");
  if (!Object.hasOwn(SETTINGS, name)) throw new UsageError(`no setting is called ${name}; see: settings`);
  if (rest.length === 0) throw new UsageError(`${name} wants a value: ${name}=…`);
  const { kind } = SETTINGS[name as SettingName];
  return [name as SettingName, settingValue(kind, text)];
}

function settingValue(kind: (typeof SETTINGS)[SettingName]["kind"], text: string): unknown {
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (kind === "seconds[]") return text.split(",").filter(Boolean).map(Number);
  const isNumber = typeof kind === "object" && "least" in kind && text.trim() !== "";
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text;
}

async function settings({ args, call }: Input): Promise<Output> {
  if (args.length > 0) {
    const json = await call("POST", "/settings", Object.fromEntries(args.map(settingOf)));
    const values = isJson(json.values) ? json.values : {};
    return {
      json,
      text: pairs(args.map((pair) => [pair.split("=")[0] ?? "", values[pair.split("=")[0] ?? ""]])),
    };
  }
  const json = await call("GET", "/settings");
  const values = isJson(json.values) ? json.values : {};
  const rows = Object.entries(SETTINGS).map(([name, { about }]) => [name, values[name], about]);
  return { json, text: table(["SETTING", "VALUE", "WHAT IT DOES"], rows, "") };
}

async function reset({ flags, call }: Input): Promise<Output> {
  const scope = flags.is("everything") ? "everything" : "sandbox";
  const json = await call("POST", "/reset", { scope });
  const text =
    scope === "sandbox" ? "The sandbox is back at its seed; tokens survive." : "Everything was reset.";
  return { json, text };
}

export const SWITCH_COMMANDS: Record<string, Command> = {
  clock: {
    group: "Do",
    args: "[+2h]",
    about: "Move the emulator's time ahead: +2h, 90s, 1d 30m; or show it",
    takes: [0, 1],
    run: clock,
  },
  settings: {
    group: "Do",
    args: "[NAME=VALUE …]",
    about: "Show or change what can be switched",
    takes: [0, 100],
    run: settings,
  },
  reset: {
    group: "Do",
    about: "Put the sandbox back to its seed, as every Monday",
    flags: { everything: toggle("Also grants, connections, deliveries, faults, settings and the clock") },
    run: reset,
  },
};
