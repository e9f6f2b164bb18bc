import { html, raw } from "hono/html";
import type { Core } from "../core.ts";
import { initialSettings, type SettingName } from "../settings.ts";
import type { SettingSpec } from "../settings-table.ts";
import { badge, button, type Html, option, posts } from "./parts.ts";

/** One setting: it takes effect when it is changed, and says when it is not as at the start. */
export function settingForm(core: Core, name: SettingName, { kind, about }: SettingSpec): Html {
  const value = core.settings[name];
  const start = initialSettings(core.config)[name];
  const isChanged = JSON.stringify(value) !== JSON.stringify(start);
  return html`<div class="setting" data-setting="${name}" data-key="${name}"><div><label for="set-${name}"><code>${name}</code></label> ${
    isChanged ? badge("changed", "warn") : ""
  }<br><small id="about-${name}">${about}</small></div>
<div class="row"><form ${posts("/settings", {}, `${name} was changed`)} data-auto>${control(name, value, kind)}</form>
${isChanged ? button("/_emulator/settings", { [name]: start }, "Undo", { small: true, done: `${name} is as at the start` }) : ""}</div></div>`;
}

function control(name: SettingName, value: unknown, kind: SettingSpec["kind"]): Html {
  const names = raw(`id="set-${name}" name="${name}" aria-describedby="about-${name}"`);
  if (kind === "boolean") {
    return html`<input type="checkbox" ${names} data-kind="boolean" ${raw(value === true ? "checked" : "")}>`;
  }
  if (kind === "seconds[]") {
    const list = Array.isArray(value) ? value.join(", ") : "";
    return html`<input type="text" ${names} data-kind="numbers" data-empty value="${list}" size="32">`;
  }
  if (kind === "url") {
    return html`<input type="url" ${names} data-empty value="${value}" size="32">`;
  }
  if ("values" in kind) {
    return html`<select ${names}>${kind.values.map((word) => option(word, word, word === value))}</select>`;
  }
  return html`<input type="number" ${names} data-kind="number" min="${kind.least}" max="${kind.most}" value="${value}">`;
}
