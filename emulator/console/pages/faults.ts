import { html } from "hono/html";
import type { Core } from "../../core.ts";
import { FAULT_KINDS, type FaultKind } from "../../faults/kinds.ts";
import { ENDPOINTS } from "../../faults/match.ts";
import type { Fault, Target } from "../../faults/types.ts";
import type { Ctx } from "../../http.ts";
import { EVENT_TYPES } from "../../webhooks/types.ts";
import type { PageContent } from "../layout.ts";
import { badge, button, field, type Html, option, posts, table } from "../parts.ts";
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
  const removeAll = button("/_emulator/faults", {}, "Remove all faults", {
    method: "DELETE",
    done: "All faults were removed",
  });
  return html`${table("Faults", ["Fault", "Strikes", "How", "Struck", "Do"], faults.map(activeRow))}<p>${removeAll}</p>`;
}

function activeRow(fault: Fault): Html {
  const { id, kind, target, match, params, count, seen, struck, skip, probability } = fault;
  const where = pairs(match) || (target === "answer" ? "any call" : "any webhook");
  const spared = skip > 0 ? `, first ${skip} spared` : "";
  const chance = probability < 1 ? `, chance ${probability}` : "";
  const state = isOver(fault) ? badge("used up", "off") : badge("active", "warn");
  const remove = button(`/_emulator/faults/${id}`, {}, "Remove", {
    small: true,
    method: "DELETE",
    done: "Removed",
  });
  return html`<tr data-fault="${id}" data-key="${id}">
<th scope="row">${kind.replaceAll("_", " ")} ${state}<br><small>${FAULT_KINDS[kind]?.about}</small></th>
<td>${where}</td><td>${pairs(params)}</td>
<td class="num">${struck} of ${count ?? "any number"}<br><small>${seen} matched${spared}${chance}</small></td>
<td>${remove}</td></tr>`;
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
  const entry = ([name, { about }]: (typeof own)[number]) => {
    const shown = name === asked ? html`<strong>${name}</strong>` : name;
    return html`<dt><a href="/faults?kind=${name}#new">${shown}</a></dt><dd><small>${about}</small></dd>`;
  };
  return html`<section class="panel"><h3>${title}</h3><dl>${own.map(entry)}</dl></section>`;
}

/** Which calls, or which deliveries, a fault strikes. */
function whereFields(target: Target): Html {
  if (target === "answer") {
    const endpoints = Object.entries(ENDPOINTS).map(([id, path]) => option(id, `${id} (${path})`, false));
    return html`<label>Endpoint<select name="match.endpoint">${option("", "Any call", true)}${endpoints}</select></label>`;
  }
  return html`<label>Event type, * for anything
<input name="match.type" list="types" placeholder="application.*" autocomplete="off"></label>
<datalist id="types">${EVENT_TYPES.map((type) => html`<option value="${type}"></option>`)}</datalist>
${field({ label: "Only in this try", name: "match.attempt", type: "number", kind: "number" })}`;
}

function form(core: Core, name: string, kind: FaultKind): Html {
  const events = [...core.store.events.values()].map(({ id, title }) => option(id, title, false));
  return html`<form class="panel" ${posts("/faults", { kind: name }, `Planned: ${name}`)} data-then="/faults">
<p>${kind.about}.</p><div class="fields">${whereFields(kind.target)}
<label>Event<select name="match.event_id">${option("", "Any event", true)}${events}</select></label>
${Object.entries(kind.params).map(([id, spec]) => parameter(id, spec))}
${field({ label: "How often (empty: until removed)", name: "count", value: 1, type: "number", kind: "count" })}
${field({ label: "How many to spare first", name: "skip", value: 0, type: "number", kind: "number" })}
<label>Chance, 0 to 1
<input type="number" name="probability" data-kind="number" min="0" max="1" step="0.05" value="1"></label></div>
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
