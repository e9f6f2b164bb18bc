import { html } from "hono/html";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import { capacityState } from "../../state/snapshots.ts";
import type { Activity, EventRecord } from "../../state/types.ts";
import { eventOf } from "../data.ts";
import { eventHead } from "../event-head.ts";
import type { PageContent } from "../layout.ts";
import { act, badge, bar, type Html, posts, table } from "../parts.ts";

export function programPage(core: Core, c: Ctx): PageContent {
  const event = eventOf(core, c);
  const days = [...new Set(event.activities.all().map(({ day }) => day))].sort();
  return {
    title: `Program · ${event.title}`,
    body: html`${eventHead(event, "program")}
<div class="row between"><p class="quiet">Times in UTC. A change sends activity.updated at once;
sign-ups are reported ${core.settings.capacity_debounce_ms / 1000} s after the last one.</p>
${act("add-activity", { event_id: event.id }, "Add an activity", { done: "An activity was added" })}</div>
${days.map((day) => daySection(event, day))}
<h2>Threads</h2><div class="grid">${event.threads
      .all()
      .map(({ id, name, description }) =>
        nameForm("thread", { event_id: event.id, thread_id: id }, name, description),
      )}</div>
<h2>Places</h2><div class="grid">${event.locations
      .all()
      .map(({ id, name, kind, capacity }) =>
        nameForm("location", { event_id: event.id, location_id: id }, name, `${kind}, ${capacity} people`),
      )}</div>`,
  };
}

function daySection(event: EventRecord, day: string): Html {
  const activities = event.activities
    .all()
    .filter((activity) => activity.day === day)
    .toSorted((a, b) => a.start_at.localeCompare(b.start_at));
  const rows = activities.map((activity) => row(event, activity));
  const headings = ["Time", "Activity", "Thread and place", "Sign-ups", "Places", "Do"];
  return html`<h2>${day}</h2>${table(`Activities on ${day}`, headings, rows)}`;
}

function row(event: EventRecord, activity: Activity): Html {
  const { id, title, signed_up_count: used, capacity, status } = activity;
  const at = `${activity.start_at.slice(11, 16)}–${activity.end_at.slice(11, 16)}`;
  const shownStatus = status === "scheduled" ? "" : badge(status, status === "cancelled" ? "bad" : "info");
  const state = capacityState(activity);
  const body = { event_id: event.id, activity_id: id };
  return html`<tr data-activity="${id}" data-key="${id}"><td class="num">${at}</td>
<th scope="row"><a href="/events/${event.id}/program/${id}">${title}</a> ${shownStatus}<br><small>${activity.kind}</small></th>
<td>${event.threads.get(activity.thread_id)?.name}<br><small>${event.locations.get(activity.location_id)?.name}</small></td>
<td>${used} of ${capacity} ${state === "open" ? "" : badge(state)}${bar(`Sign-ups for ${title}`, used, capacity)}</td>
<td><form ${posts("/actions/update-activity", body, "The places were changed")} data-auto>
<input type="number" name="capacity" data-kind="number" min="0" value="${capacity}" aria-label="Places of ${title}"></form></td>
<td>${statusButton(body, status)}</td></tr>`;
}

function statusButton(body: object, status: string): Html {
  const small = true;
  return status === "cancelled"
    ? act("update-activity", { ...body, status: "scheduled" }, "Schedule", { small, done: "Scheduled again" })
    : act("update-activity", { ...body, status: "cancelled" }, "Cancel", {
        small,
        look: "danger",
        done: "The activity was cancelled",
      });
}

function nameForm(what: "thread" | "location", body: object, name: string, about: string): Html {
  return html`<form class="panel" ${posts(`/actions/update-${what}`, body, "Renamed")} data-changed>
<div class="row"><input name="name" value="${name}" aria-label="Name of ${name}">
<button class="small">Rename</button></div><p class="quiet">${about}</p></form>`;
}
