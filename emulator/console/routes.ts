import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { Core } from "../core.ts";
import type { Env } from "../http.ts";
import type { EventRecord, Participant } from "../state/types.ts";

const SCRIPT = `
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { action, dataset } = event.target;
  await fetch(action, { method: "POST", headers: { "content-type": "application/json" }, body: dataset.body });
  setTimeout(() => location.reload(), 300);
});`;

/** How many rows a page shows. */
const SHOWN = 100;

/** A plain console: the participants of an event with what can be done to them, and the deliveries. */
export function consoleRoutes(core: Core): Hono<Env> {
  const pages = new Hono<Env>();
  pages.get("/", (c) => {
    const events = [...core.store.events.values()];
    const event = core.store.events.get(c.req.query("event") ?? "") ?? events[0];
    return c.html(html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Revento emulator</title>
<style>body{font:15px/1.4 system-ui;margin:2rem}td,th{padding:.25rem .75rem .25rem 0;text-align:left}form{display:inline}</style></head>
<body><h1>Revento emulator</h1>
<nav>${events.map((each) => html`<a href="/?event=${each.id}">${each.title}</a> (<code>${each.id}</code>) `)}</nav>
${event ? participants(core, event) : ""}
<h2>Deliveries</h2><table><tr><th>Type<th>Status<th>Tries<th>Last answer</tr>
${core.deliveries
  .all()
  .slice(-20)
  .reverse()
  .map(({ type, status, attempts }) => {
    const last = attempts.at(-1);
    return html`<tr data-delivery><td>${type}<td>${status}<td>${attempts.length}<td>${last?.answer?.status ?? last?.error ?? ""}</tr>`;
  })}
</table><script>${raw(SCRIPT)}</script></body></html>`);
  });
  return pages;
}

function participants(core: Core, event: EventRecord) {
  const button = (row: Participant, action: string, label: string) =>
    html`<form action="/_emulator/actions/${action}" data-body="${JSON.stringify({ participant_id: row.id })}"><button>${label}</button></form>`;
  return html`<h2>${event.title}</h2><table><tr><th>Name<th>Status<th>Id<th></tr>
${event.participants
  .all()
  .slice(0, SHOWN)
  .map(
    (row) => html`<tr data-participant="${row.id}"><td>${core.store.accounts.get(row.user_id)?.display_name}
<td>${row.cancelled_at ? "cancelled" : row.status}<td><code>${row.id}</code>
<td>${button(row, "approve", "Approve")} ${button(row, "reject", "Reject")}</tr>`,
  )}</table>`;
}
