import { html } from "hono/html";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import { capacityState } from "../../state/snapshots.ts";
import type { Activity, EventRecord } from "../../state/types.ts";
import { eventOf } from "../data.ts";
import { eventHead } from "../event-head.ts";
import type { PageContent } from "../layout.ts";
import { act, badge, bar, type Html, plural } from "../parts.ts";

export function programPage(core: Core, c: Ctx): PageContent {
  const event = eventOf(core, c);
  const days = [...new Set(event.activities.all().map(({ day }) => day))].sort();
  return {
    title: `Program · ${event.title}`,
    body: html`${eventHead(event, "program")}
<div class="row between"><p class="quiet">${plural(event.activities.all().length, "activity").replace("ys", "ies")}, times in UTC. A change sends activity.updated at once;
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
  return html`<h2>${day}</h2><div class="table" tabindex="0" role="region" aria-label="Activities on ${day}"><table class="cards"><thead><tr><th scope="col">Time</th><th scope="col">Activity</th>
<th scope="col">Thread and place</th><th scope="col">Sign-ups</th><th scope="col">Places</th><th scope="col">Do</th></tr></thead>
<tbody>${activities.map((activity) => row(event, activity))}</tbody></table></div>`;
}

function row(event: EventRecord, activity: Activity): Html {
  const { id, title, signed_up_count: used, capacity, status } = activity;
  const body = { event_id: event.id, activity_id: id };
  const isOff = status === "cancelled";
  const state = capacityState(activity);
  return html`<tr data-activity="${id}" data-key="${id}"><td class="num">${activity.start_at.slice(11, 16)}–${activity.end_at.slice(11, 16)}</td>
<th scope="row"><a href="/events/${event.id}/program/${id}">${title}</a> ${status === "scheduled" ? "" : badge(status, isOff ? "bad" : "info")}<br><small>${activity.kind}</small></th>
<td>${event.threads.get(activity.thread_id)?.name}<br><small>${event.locations.get(activity.location_id)?.name}</small></td>
<td>${used} of ${capacity} ${state === "open" ? "" : badge(state)}${bar(`Sign-ups for ${title}`, used, capacity)}</td>
<td><form data-post="/_emulator/actions/update-activity" data-body="${JSON.stringify(body)}" data-auto data-done="The places were changed">
<input type="number" name="capacity" data-kind="number" min="0" value="${capacity}" aria-label="Places of ${title}"></form></td>
<td><div class="row">${
    isOff
      ? act("update-activity", { ...body, status: "scheduled" }, "Schedule", {
          small: true,
          done: "Scheduled again",
        })
      : act("update-activity", { ...body, status: "cancelled" }, "Cancel", {
          small: true,
          look: "danger",
          done: "The activity was cancelled",
        })
  }</div></td></tr>`;
}

function nameForm(what: "thread" | "location", body: object, name: string, about: string): Html {
  return html`<form class="panel" data-post="/_emulator/actions/update-${what}" data-body="${JSON.stringify(body)}" data-changed data-done="Renamed">
<div class="row"><input name="name" value="${name}" aria-label="Name of ${name}"><button class="small">Rename</button></div><p class="quiet">${about}</p></form>`;
}
