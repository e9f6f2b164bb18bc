import { html } from "hono/html";
import type { Core } from "../../core.ts";
import type { EventRecord } from "../../state/types.ts";
import { integrationUrl, type ShownStatus, STATUS_NAMES, statusCounts } from "../data.ts";
import { deliveryTable } from "../delivery-table.ts";
import type { PageContent } from "../layout.ts";
import { badge, type Html } from "../parts.ts";

export function overviewPage(core: Core): PageContent {
  const events = [...core.store.events.values()];
  return {
    title: "Overview",
    body: html`<h1>Overview</h1>
<p class="lead">This plays Revento for <strong>${core.integration.name}</strong>. Be the platform: review an application, change the
program, end a connection, or let something go wrong, and watch what the integration makes of it. All people and events are invented.</p>
${firstSteps(core)}
<div class="grid">${events.map((event) => eventCard(core, event))}</div>
<h2>Newest webhooks</h2>
${deliveryTable(core, core.deliveries.all().slice(-8).reverse())}
<p><a href="/deliveries">All deliveries</a></p>
<h2>State</h2><div class="grid">${integrationCard(core)}${organizationCard(core)}${faultCard(core)}</div>`,
  };
}

function firstSteps(core: Core): Html {
  if (core.connections.all().length > 0) return html``;
  const url = integrationUrl(core);
  return html`<div class="panel note"><h2>Nothing is connected yet</h2>
<p>Webhooks are sent only for events whose organizer has connected the integration. Open
${url ? html`<a href="${url}">${url}</a>` : "the integration"} and connect one of these events; here you sign in as anybody, without a password.</p></div>`;
}

function eventCard(core: Core, event: EventRecord): Html {
  const counts = statusCounts(event);
  const connection = core.connections.get(event.id);
  const at = `/events/${event.id}`;
  const count = (status: ShownStatus) =>
    counts[status] === 0
      ? ""
      : html`<a class="button small" href="${at}/participants?status=${status}">${counts[status].toLocaleString("en")} ${STATUS_NAMES[status].toLowerCase()}</a>`;
  return html`<article class="panel" data-event="${event.id}"><h2><a href="${at}">${event.title}</a></h2>
<p class="quiet">${event.city} · ${event.start_date} – ${event.end_date}<br><code>${event.id}</code></p>
<p class="row">${badge(event.archived_at ? "archived" : event.publish_status)}
${connection ? html`<span>connection ${badge(connection.status)}</span>` : badge("not connected", "off")}</p>
<p class="row">${(Object.keys(STATUS_NAMES) as ShownStatus[]).map(count)}</p>
<p class="row"><a href="${at}/participants">Participants</a><a href="${at}/program">Program</a></p></article>`;
}

function integrationCard(core: Core): Html {
  const { name, status, client_id } = core.integration;
  return html`<section class="panel"><h3><a href="/integration">${name}</a> ${badge(status)}</h3>
<p class="quiet"><code>${client_id}</code><br>Webhooks go to <code>${core.settings.webhook_url || "nowhere"}</code></p></section>`;
}

function organizationCard(core: Core): Html {
  const { name, formal, id } = core.store.organization;
  return html`<section class="panel"><h3>${name}</h3><p>${badge(formal ? "formal" : "not formal", formal ? "good" : "bad")}</p>
<p class="quiet"><code>${id}</code></p></section>`;
}

function faultCard(core: Core): Html {
  const faults = core.faults.list();
  const text =
    faults.length === 0 ? "Nothing goes wrong at the moment." : faults.map(({ kind }) => kind).join(", ");
  return html`<section class="panel"><h3><a href="/faults">Faults</a></h3><p>${text}</p></section>`;
}
