import { html } from "hono/html";
import { ActionError } from "../../actions/error.ts";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import type { Attempt, Delivery } from "../../webhooks/log.ts";
import { dueIn, replayButton } from "../delivery-table.ts";
import type { PageContent } from "../layout.ts";
import { badge, type Html, moment } from "../parts.ts";

/** How much of a body the page shows: faults make bodies of any size. */
const SHOWN_CHARS = 8000;

export function deliveryPage(core: Core, c: Ctx): PageContent {
  const id = c.req.param("delivery") ?? "";
  const delivery = core.deliveries.get(id);
  if (!delivery) throw new ActionError(404, `there is no delivery ${id}`);
  const bytes = new TextEncoder().encode(delivery.body).length;
  return {
    title: delivery.type,
    body: html`<p><a href="/deliveries">Deliveries</a></p>
<div class="row between"><h1>${delivery.type}</h1>
<div class="row">${badge(delivery.status)} <small>${dueIn(core, delivery)}</small> ${replayButton(delivery)}</div></div>
<section class="panel"><dl>${facts(core, delivery)}</dl></section>
<h2>Tries</h2>${
      delivery.attempts.length === 0
        ? html`<p class="panel empty">Not tried yet.</p>`
        : delivery.attempts.toReversed().map(attemptCard)
    }
<h2>Body</h2><p class="quiet">${bytes.toLocaleString("en")} bytes; the same in every try. The signature covers the bytes,
not this view.</p>
<pre tabindex="0">${pretty(delivery.body)}</pre>`,
  };
}

function facts(core: Core, delivery: Delivery): Html {
  const event = delivery.event_id === null ? undefined : core.store.events.get(delivery.event_id);
  return html`<dt>Event</dt><dd>${event ? html`<a href="/events/${event.id}">${event.title}</a>` : "the whole integration"}</dd>
<dt>Occurred</dt><dd>${moment(delivery.occurred_at)} UTC</dd>
<dt>Delivery id</dt><dd><code>${delivery.id}</code> <small>in the header; the same in every try, not signed</small></dd>
<dt>Body id</dt><dd><code>${delivery.body_id}</code> <small>signed</small></dd>
<dt>Request id</dt><dd><code>${delivery.request_id}</code></dd>
${delivery.event_header === delivery.type ? "" : html`<dt>X-Revento-Event</dt><dd><code>${delivery.event_header}</code> ${badge("differs", "warn")}</dd>`}
${delivery.faults.length > 0 ? html`<dt>Faults</dt><dd>${delivery.faults.map((fault) => badge(fault, "warn"))}</dd>` : ""}`;
}

function attemptCard({ number, at, request, answer, error, duration_ms, faults }: Attempt): Html {
  const isUnderWay = answer === null && error === null;
  const isGood = answer !== null && error === null && answer.status >= 200 && answer.status < 300;
  return html`<section class="panel" data-key="try-${number}" data-attempt="${number}">
<div class="row between"><h3>Try ${number}</h3>
<div class="row">${faults.map((fault) => badge(`fault: ${fault}`, "warn"))}
${isUnderWay ? badge("under way", "info") : badge(answer ? String(answer.status) : "no answer", isGood ? "good" : "bad")}
<small>${isUnderWay ? "" : `${duration_ms.toLocaleString("en")} ms · `}${moment(at)}</small></div></div>
${error ? html`<p role="alert">${error}</p>` : ""}
<details><summary>Request: POST <code>${request.url}</code></summary><pre tabindex="0">${headerLines(request.headers)}</pre></details>
${answer ? answerPart(answer) : ""}</section>`;
}

function answerPart({ headers, body }: NonNullable<Attempt["answer"]>): Html {
  return html`<details open><summary>Answer</summary>
<pre tabindex="0">${headerLines(headers)}\n\n${body || "(no body)"}</pre></details>`;
}

const headerLines = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");

function pretty(body: string): string {
  const cut = (text: string) =>
    text.length > SHOWN_CHARS
      ? `${text.slice(0, SHOWN_CHARS)}\n… and ${text.length - SHOWN_CHARS} more characters`
      : text;
  if (body.length > SHOWN_CHARS) return cut(body);
  try {
    return cut(JSON.stringify(JSON.parse(body), null, 2));
  } catch {
    return body;
  }
}
