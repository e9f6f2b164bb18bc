import { html } from "hono/html";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import type { EventRecord } from "../../state/types.ts";
import { eventOf, type ShownStatus, STATUS_NAMES, statusCounts } from "../data.ts";
import { deliveryTable } from "../delivery-table.ts";
import { eventHead } from "../event-head.ts";
import type { PageContent } from "../layout.ts";
import { act, badge, field, type Html, moment, posts } from "../parts.ts";

const FEE = "There is a fee: who is approved is registered once it is paid.";
const ARCHIVING = "Archiving ends the connection: its tokens die, and data.deletion_required is sent.";

export function eventPage(core: Core, c: Ctx): PageContent {
  const event = eventOf(core, c);
  const own = core.deliveries.all().filter(({ event_id }) => event_id === event.id);
  return {
    title: event.title,
    body: html`${eventHead(event, "")}
<div class="grid">${peopleCard(event)}${statusCard(event)}${connectionCard(core, event)}</div>
<h2>Details</h2>${detailsForm(event)}
<h2>Newest webhooks of this event</h2>${deliveryTable(core, own.slice(-8).reverse())}`,
  };
}

function peopleCard(event: EventRecord): Html {
  const counts = statusCounts(event);
  const at = `/events/${event.id}/participants`;
  return html`<section class="panel"><h3><a href="${at}">Participants</a></h3>
<dl>${(Object.keys(STATUS_NAMES) as ShownStatus[]).map(
    (status) =>
      html`<dt><a href="${at}?status=${status}">${STATUS_NAMES[status]}</a></dt><dd>${counts[status].toLocaleString("en")}</dd>`,
  )}</dl>
<p class="row">${act("apply", { event_id: event.id }, "Somebody applies", { done: "Somebody has applied" })}</p>
<p class="quiet">${event.payment_required ? FEE : "Free of charge: approval also registers."}</p></section>`;
}

function statusCard({ id, publish_status, archived_at }: EventRecord): Html {
  const body = { event_id: id };
  return html`<section class="panel"><h3>Status ${badge(archived_at ? "archived" : publish_status)}</h3>
<p class="row">${
    publish_status === "published"
      ? act("unpublish-event", body, "Unpublish", { done: "Unpublished" })
      : act("publish-event", body, "Publish", { done: "Published", look: "main" })
  }
${archived_at ? "" : act("archive-event", body, "Archive", { done: "Archived", look: "danger" })}</p>
<p class="quiet">${archived_at ? html`Archived ${moment(archived_at)}. Only a reset brings it back.` : ARCHIVING}</p></section>`;
}

function connectionCard(core: Core, { id }: EventRecord): Html {
  const connection = core.connections.get(id);
  if (!connection) {
    return html`<section class="panel"><h3>Connection ${badge("none", "off")}</h3>
<p class="quiet">No organizer has connected the integration with this event. Until then no webhook is sent for it.</p></section>`;
  }
  const users = core.grants.active((grant) => grant.event_id === id && grant.kind === "user").length;
  const who = users === 0 ? "Nobody is" : users === 1 ? "One person is" : `${users} people are`;
  const why = connection.reason ? html`, ended: <code>${connection.reason}</code>` : "";
  const disconnect = act("disconnect", { event_id: id }, "Disconnect", {
    look: "danger",
    done: "Disconnected",
  });
  return html`<section class="panel"><h3><a href="/connections">Connection</a> ${badge(connection.status)}</h3>
<p class="quiet">Since ${moment(connection.connected_at)}${why}. ${who} signed in.</p>
<p class="row">${connection.status === "ended" ? "" : disconnect}</p></section>`;
}

function detailsForm(event: EventRecord): Html {
  const sends = posts("/actions/update-event", { event_id: event.id }, "The event was changed");
  return html`<form class="panel" ${sends} data-changed><div class="fields">
${field({ label: "Title", name: "title", value: event.title })}
${field({ label: "City", name: "city", value: event.city })}
${field({ label: "First day", name: "start_date", value: event.start_date, type: "date" })}
${field({ label: "Last day", name: "end_date", value: event.end_date, type: "date" })}
<label class="wide">Description<textarea name="description">${event.description}</textarea></label></div>
<button class="main">Save</button> <small>sends event.updated</small></form>`;
}
