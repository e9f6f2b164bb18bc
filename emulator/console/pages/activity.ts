import { html } from "hono/html";
import { findActivity } from "../../actions/find.ts";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import { activityJson } from "../../state/snapshots.ts";
import type { Activity, EventRecord } from "../../state/types.ts";
import { eventOf, nameOf } from "../data.ts";
import { deliveryTable } from "../delivery-table.ts";
import type { PageContent } from "../layout.ts";
import { act, badge, bar, choice, field, type Html, json, posts } from "../parts.ts";

const STATUSES = ["scheduled", "cancelled", "finished"];

export function activityPage(core: Core, c: Ctx): PageContent {
  const event = eventOf(core, c);
  const activity = findActivity(event, c.req.param("activity") ?? "");
  const own = core.deliveries.all().filter(({ body }) => body.includes(activity.id));
  return {
    title: activity.title,
    body: html`<p><a href="/events/${event.id}">${event.title}</a> › <a href="/events/${event.id}/program">Program</a></p>
<h1>${activity.title} ${badge(activity.status)}</h1><p class="lead"><code>${activity.id}</code></p>
${form(event, activity)}${signUps(core, event, activity)}
<h2>Webhooks about it</h2>${deliveryTable(core, own.slice(-10).reverse())}
<h2>As Revento shows it</h2><div class="panel">${json("Activity", activityJson(activity, event))}</div>
<p>${removeButton(event, activity)}</p>`,
  };
}

function removeButton(event: EventRecord, activity: Activity): Html {
  const body = { event_id: event.id, activity_id: activity.id };
  return act("remove-activity", body, "Remove this activity", {
    look: "danger",
    done: "The activity was removed",
  });
}

function form(event: EventRecord, activity: Activity): Html {
  const statuses = [...new Set([...STATUSES, activity.status])].map((name): [string, string] => [name, name]);
  const names = (rows: readonly { id: string; name: string }[]) =>
    rows.map(({ id, name }): [string, string] => [id, name]);
  const body = { event_id: event.id, activity_id: activity.id };
  const sends = posts("/actions/update-activity", body, "The activity was changed");
  return html`<form class="panel" ${sends} data-changed><div class="fields">
${field({ label: "Title", name: "title", value: activity.title })}
${choice("Status", "status", activity.status, statuses)}
${field({ label: "Kind", name: "kind", value: activity.kind })}
${field({ label: "Places", name: "capacity", value: activity.capacity, type: "number", kind: "number" })}
${field({ label: "Starts (UTC)", name: "start_at", value: activity.start_at })}
${field({ label: "Ends (UTC)", name: "end_at", value: activity.end_at })}
${choice("Thread", "thread_id", activity.thread_id, names(event.threads.all()))}
${choice("Place", "location_id", activity.location_id, names(event.locations.all()))}
<label class="wide">Description<textarea name="description">${activity.description}</textarea></label></div>
<button class="main">Save</button> <small>sends activity.updated</small></form>`;
}

/** How many names the page lists. */
const SHOWN = 30;

function signUps(core: Core, event: EventRecord, activity: Activity): Html {
  const people = event.participants.all().filter(({ activity_ids }) => activity_ids.includes(activity.id));
  return html`<section class="panel"><h3>${activity.signed_up_count} of ${activity.capacity} places taken</h3>
${bar("Sign-ups", activity.signed_up_count, activity.capacity)}<p>${people
    .slice(0, SHOWN)
    .map(
      ({ id, user_id }, index) =>
        html`${index > 0 ? ", " : ""}<a href="/events/${event.id}/participants/${id}">${nameOf(core, user_id)}</a>`,
    )}${people.length > SHOWN ? ` and ${people.length - SHOWN} more` : ""}</p>
<p class="quiet">People sign up and off on their own pages.</p></section>`;
}
