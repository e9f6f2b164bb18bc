import type { SettingName, Settings } from "../settings.ts";
import { SETTINGS, type SettingKind } from "../settings-table.ts";
import { BadRequest, type Body, refuseUnknown } from "./read.ts";

/** Why a value does not fit a setting; undefined: it does. */
function misfit(value: unknown, kind: SettingKind): string | undefined {
  if (kind === "boolean") return typeof value === "boolean" ? undefined : "true or false";
  if (kind === "url") {
    return typeof value === "string" && (value === "" || URL.canParse(value)) ? undefined : "a URL, or empty";
  }
  if (kind === "seconds[]") {
    const isList = Array.isArray(value) && value.length <= 50;
    const isFine = isList && value.every((item) => typeof item === "number" && item >= 0 && item <= 864_000);
    return isFine ? undefined : "a list of seconds";
  }
  if ("values" in kind) {
    return typeof value === "string" && kind.values.includes(value)
      ? undefined
      : `one of: ${kind.values.join(", ")}`;
  }
  const isFine =
    typeof value === "number" && value >= kind.least && value <= kind.most && Number.isInteger(value);
  return isFine ? undefined : `a whole number from ${kind.least} to ${kind.most}`;
}

/** Checks all of the changes, then makes them: all or none. */
export function changeSettings(settings: Settings, changes: Body): Settings {
  refuseUnknown(changes, Object.keys(SETTINGS));
  for (const [name, value] of Object.entries(changes)) {
    const wanted = misfit(value, SETTINGS[name as SettingName].kind);
    if (wanted) throw new BadRequest(`${name} must be ${wanted}`);
  }
  return Object.assign(settings, changes);
}
