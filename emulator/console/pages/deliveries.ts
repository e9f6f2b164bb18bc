import { html } from "hono/html";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import type { Delivery } from "../../webhooks/log.ts";
import { EVENT_TYPES } from "../../webhooks/types.ts";
import { pagingOf } from "../data.ts";
import { deliveryTable } from "../delivery-table.ts";
import type { PageContent } from "../layout.ts";
import { here, pager } from "../pager.ts";
import { button, field, type Html, option, posts, tabs } from "../parts.ts";

const SIZE = 50;
const VIEWS: Record<string, { name: string; statuses: Delivery["status"][] }> = {
  waiting: { name: "Under way", statuses: ["pending", "held", "sending", "retrying"] },
  delivered: { name: "Delivered", statuses: ["delivered"] },
  dead: { name: "Dead letters", statuses: ["dead"] },
  lost: { name: "Never sent", statuses: ["lost"] },
};

export function deliveriesPage(core: Core, c: Ctx): PageContent {
  const { status = "", type = "", event = "" } = c.req.query();
  const all = core.deliveries.all();
  const statuses = VIEWS[status]?.statuses;
  const found = all
    .filter((row) => !statuses || statuses.includes(row.status))
    .filter((row) => (type === "" || row.type === type) && (event === "" || row.event_id === event))
    .reverse();
  const paging = pagingOf(c, found.length, SIZE);
  return {
    title: "Deliveries",
    body: html`<h1>Deliveries</h1>
<p class="lead">Every webhook with every try, as it happens. They go to <code>${core.settings.webhook_url || "nowhere"}</code>.
What is not answered with 2xx in ${core.settings.webhook_timeout_ms / 1000} s is tried again, and in the end becomes a dead letter.</p>
${viewTabs(c, all, status)}
<div class="panel row between">${filterForm(core, status, type, event)}${deadButtons(core, status)}</div>
${deliveryTable(core, found.slice(paging.from, paging.from + SIZE))}${pager(c, paging)}
<h2>Send a webhook</h2>${triggerForm(core)}`,
  };
}

function viewTabs(c: Ctx, all: readonly Delivery[], status: string): Html {
  const count = (statuses: Delivery["status"][]) => all.filter((row) => statuses.includes(row.status)).length;
  return tabs("Status", [
    { href: here(c, { status: "" }), text: `All ${all.length}`, isCurrent: status === "" },
    ...Object.entries(VIEWS).map(([id, { name, statuses }]) => ({
      href: here(c, { status: id }),
      text: `${name} ${count(statuses)}`,
      isCurrent: status === id,
    })),
  ]);
}

function filterForm(core: Core, status: string, type: string, event: string): Html {
  const types = [...new Set([...EVENT_TYPES, ...core.deliveries.all().map((row) => row.type)])];
  return html`<form class="row" method="get" data-search><input type="hidden" name="status" value="${status}">
<select name="type" aria-label="Type">${option("", "Any type", type === "")}${types.map((name) => option(name, name, name === type))}</select>
<select name="event" aria-label="Event">${option("", "Any event", event === "")}${[
    ...core.store.events.values(),
  ].map(({ id, title }) => option(id, title, id === event))}</select></form>`;
}

function deadButtons(core: Core, status: string): Html {
  const waits = core.deliveries.all().some((row) => row.status === "retrying");
  const all = button("/_emulator/deliveries/replay", {}, "Replay all dead letters", {
    done: "All dead letters are sent again",
  });
  const later = button("/_emulator/clock", { advance: "1h" }, "Clock +1 h: let retries fall due", {
    done: "The clock moved +1 h",
  });
  return html`<div class="row">${status === "dead" ? all : ""}${waits ? later : ""}</div>`;
}

function triggerForm(core: Core): Html {
  return html`<form class="panel" ${posts("/trigger", {}, "Triggered")}><p class="quiet">Does what the type follows from, e.g. approves
somebody who waits for it. Whom it is about is chosen for you where you leave it empty. An unknown type can be sent too.</p><div class="fields">
<label>Type<input name="type" list="types" required value="application.approved" autocomplete="off"></label>
<datalist id="types">${EVENT_TYPES.map((type) => html`<option value="${type}"></option>`)}</datalist>
<label>Event<select name="event_id">${option("", "A connected one", true)}${[
    ...core.store.events.values(),
  ].map(({ id, title }) => option(id, title, false))}</select></label>
${field({ label: "Participant", name: "participant_id", placeholder: "ptp_…" })}
${field({ label: "Activity", name: "activity_id", placeholder: "act_…" })}
<label class="check wide"><input type="checkbox" name="only_send" data-kind="boolean"> Only send the snapshot of now, and change nothing</label></div>
<button class="main">Send</button></form>`;
}
