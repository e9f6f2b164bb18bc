import { html } from "hono/html";
import type { Core } from "../../core.ts";
import { FAULT_KINDS, type FaultKind } from "../../faults/kinds.ts";
import { ENDPOINTS } from "../../faults/match.ts";
import type { Fault, Target } from "../../faults/types.ts";
import type { Ctx } from "../../http.ts";
import { EVENT_TYPES } from "../../webhooks/types.ts";
import type { PageContent } from "../layout.ts";
import { badge, button, field, type Html, option } from "../parts.ts";
import { PRESETS } from "../presets.ts";

export function faultsPage(core: Core, c: Ctx): PageContent {
  const asked = c.req.query("kind") ?? "";
  const kind = Object.hasOwn(FAULT_KINDS, asked) ? FAULT_KINDS[asked] : undefined;
  return {
    title: "Faults",
    body: html`<h1>Faults</h1><p class="lead">What goes wrong, on demand. Which call is struck depends only on the seed (${core.config.seed}) and the order of
calls, so that a failing run can be repeated.</p>
${active(core.faults.list())}
${kind ? html`<h2 id="new">New fault: ${asked.replaceAll("_", " ")}</h2>${form(core, asked, kind)}` : ""}
<h2>One click</h2><div class="grid presets">${PRESETS.map(
      ({ name, about, fault }) =>
        html`<div class="panel">${button("/_emulator/faults", fault, name, { done: `Planned: ${name}` })}<p class="quiet">${about}</p></div>`,
    )}</div>
<h2>All kinds</h2><div class="grid two">${kinds("answer", "Answers of the API and the token endpoint", asked)}${kinds("delivery", "Webhooks", asked)}</div>`,
  };
}

function active(faults: readonly Fault[]): Html {
  if (faults.length === 0) return html`<p class="panel empty">Nothing goes wrong at the moment.</p>`;
  const row = (
    fault: Fault,
  ) => html`<tr data-fault="${fault.id}" data-key="${fault.id}"><th scope="row">${fault.kind.replaceAll("_", " ")} ${isOver(fault) ? badge("used up", "off") : badge("active", "warn")}<br><small>${FAULT_KINDS[fault.kind]?.about}</small></th>
<td>${pairs(fault.match) || (fault.target === "answer" ? "any call" : "any webhook")}</td><td>${pairs(fault.params)}</td>
<td class="num">${fault.struck} of ${fault.count ?? "any number"}<br><small>${fault.seen} matched${fault.skip > 0 ? `, first ${fault.skip} spared` : ""}${fault.probability < 1 ? `, chance ${fault.probability}` : ""}</small></td>
<td>${button(`/_emulator/faults/${fault.id}`, {}, "Remove", { small: true, method: "DELETE", done: "Removed" })}</td></tr>`;
  return html`<div class="table" tabindex="0" role="region" aria-label="Faults"><table class="cards"><thead><tr><th scope="col">Fault</th><th scope="col">Strikes</th><th scope="col">How</th><th scope="col">Struck</th><th scope="col">Do</th></tr></thead>
<tbody>${faults.map(row)}</tbody></table></div>
<p>${button("/_emulator/faults", {}, "Remove all faults", { method: "DELETE", done: "All faults were removed" })}</p>`;
}

const isOver = ({ count, struck }: Fault): boolean => count !== null && struck >= count;

function pairs(values: object): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name.replaceAll("_", " ")}: ${Array.isArray(value) ? value.join(", ") : String(value)}`,
    )
    .join(" · ");
}

function kinds(target: Target, title: string, asked: string): Html {
  const own = Object.entries(FAULT_KINDS).filter(([, kind]) => kind.target === target);
  return html`<section class="panel"><h3>${title}</h3><dl>${own.map(
    ([name, { about }]) =>
      html`<dt><a href="/faults?kind=${name}#new">${name === asked ? html`<strong>${name}</strong>` : name}</a></dt><dd><small>${about}</small></dd>`,
  )}</dl></section>`;
}

function form(core: Core, name: string, kind: FaultKind): Html {
  const events = [...core.store.events.values()];
  const where =
    kind.target === "answer"
      ? html`<label>Endpoint<select name="match.endpoint">${option("", "Any call", true)}${Object.entries(ENDPOINTS).map(([id, path]) => option(id, `${id} (${path})`, false))}</select></label>`
      : html`<label>Event type, * for anything<input name="match.type" list="types" placeholder="application.*" autocomplete="off"></label>
<datalist id="types">${EVENT_TYPES.map((type) => html`<option value="${type}"></option>`)}</datalist>${field({ label: "Only in this try", name: "match.attempt", type: "number", kind: "number" })}`;
  return html`<form class="panel" data-post="/_emulator/faults" data-body="${JSON.stringify({ kind: name })}" data-done="Planned: ${name}" data-then="/faults">
<p>${kind.about}.</p><div class="fields">${where}
<label>Event<select name="match.event_id">${option("", "Any event", true)}${events.map(({ id, title }) => option(id, title, false))}</select></label>
${Object.entries(kind.params).map(([id, spec]) => parameter(id, spec))}
${field({ label: "How often (empty: until removed)", name: "count", value: 1, type: "number", kind: "count" })}
${field({ label: "How many to spare first", name: "skip", value: 0, type: "number", kind: "number" })}
<label>Chance, 0 to 1<input type="number" name="probability" data-kind="number" min="0" max="1" step="0.05" value="1"></label></div>
<button class="main">Plan it</button> <a href="/faults">Never mind</a></form>`;
}

function parameter(name: string, { type, default: value, about }: FaultKind["params"][string]): Html {
  const label = `${about.charAt(0).toUpperCase()}${about.slice(1)} (${name})`;
  const path = `params.${name}`;
  if (name === "work") {
    return html`<label>${label}<select name="${path}">${option("before", "before", value === "before")}${option("after", "after", value === "after")}</select></label>`;
  }
  if (type === "boolean")
    return html`<label class="check"><input type="checkbox" name="${path}" data-kind="boolean"> ${label}</label>`;
  if (type === "strings") {
    return field({ label, name: path, value: Array.isArray(value) ? value.join(", ") : "", kind: "lines" });
  }
  if (type === "number")
    return field({ label, name: path, value: Number(value), type: "number", kind: "number" });
  return field({ label, name: path, value: String(value) });
}
