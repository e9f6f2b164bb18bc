import { html } from "hono/html";
import type { Core } from "../core.ts";
import type { Delivery } from "../webhooks/log.ts";
import { nameOf } from "./data.ts";
import { badge, button, duration, type Html, table } from "./parts.ts";

const HEADINGS = ["When (UTC)", "Webhook", "Status", "Tries", "Last answer", "Do"];

/** What came back last, in a few words. */
export function lastAnswer(delivery: Delivery): string {
  const last = delivery.attempts.at(-1);
  if (!last) return "";
  if (last.error) return last.error;
  return last.answer ? `${last.answer.status} in ${last.duration_ms} ms` : "";
}

export function dueIn(core: Core, delivery: Delivery): string {
  if (delivery.due_at === null) return "";
  const left = delivery.due_at - core.clock.now();
  return left <= 0 ? "due now" : `next try in ${duration(left)}`;
}

export function replayButton({ id, status }: Delivery): Html {
  if (status === "pending" || status === "held" || status === "sending") return html``;
  const label = status === "retrying" ? "Try now" : "Replay";
  return button(`/_emulator/deliveries/${id}/replay`, {}, label, { small: true, done: "Sent again" });
}

/** Who or what it is about, and which event, as far as its body names somebody that is there. */
function aboutWhom(core: Core, { body, event_id }: Delivery): string {
  if (event_id === null) return "the whole integration";
  const event = core.store.events.get(event_id);
  const [, id = ""] = /"((?:ptp|act)_\w+)"/.exec(body) ?? [];
  const participant = event?.participants.get(id);
  const name = participant ? nameOf(core, participant.user_id) : event?.activities.get(id)?.title;
  return `${name === undefined ? "" : `${name} · `}${event?.title ?? event_id}`;
}

/** The time first, the day below it. */
function timeAndDay(at: string): Html {
  return html`<time datetime="${at}">${at.slice(11, 19)}<br><small>${at.slice(0, 10)}</small></time>`;
}

/** Deliveries as rows, newest first. */
export function deliveryTable(core: Core, deliveries: readonly Delivery[]): Html {
  if (deliveries.length === 0) return html`<p class="panel empty">No webhook here yet.</p>`;
  const row = (delivery: Delivery) => html`<tr data-delivery="${delivery.id}" data-key="${delivery.id}">
<td class="num">${timeAndDay(delivery.occurred_at)}</td>
<td><a href="/deliveries/${delivery.id}">${delivery.type}</a><br><small>${aboutWhom(core, delivery)}</small>
${delivery.faults.map((fault) => html`<br>${badge(`fault: ${fault}`, "warn")}`)}</td>
<td>${badge(delivery.status)} <small>${dueIn(core, delivery)}</small></td>
<td class="num"><span class="narrow">Tries: </span>${delivery.attempts.length}</td>
<td>${lastAnswer(delivery)}</td>
<td>${replayButton(delivery)}</td></tr>`;
  return table("Deliveries", HEADINGS, deliveries.map(row));
}
