import { html } from "hono/html";
import type { Core } from "../../core.ts";
import type { Ctx } from "../../http.ts";
import type { EventRecord, Participant } from "../../state/types.ts";
import {
  eventOf,
  nameOf,
  pagingOf,
  type ShownStatus,
  STATUS_NAMES,
  statusCounts,
  statusOf,
} from "../data.ts";
import { eventHead } from "../event-head.ts";
import type { PageContent } from "../layout.ts";
import { here, pager } from "../pager.ts";
import { participantButtons } from "../participant-buttons.ts";
import { act, badge, type Html, moment, plural, table, tabs } from "../parts.ts";

/** Rows on a page. */
const SIZE = 50;
const HEADINGS = ["Participant", "Status, changed (UTC)", "Do"];

export function participantsPage(core: Core, c: Ctx): PageContent {
  const event = eventOf(core, c);
  const { q = "", status = "" } = c.req.query();
  const found = find(core, event, q.trim().toLowerCase(), status);
  const paging = pagingOf(c, found.length, SIZE);
  const shown = found.slice(paging.from, paging.from + SIZE);
  const range = found.length > SIZE ? `; ${paging.from + 1} to ${paging.from + shown.length} are shown` : "";
  return {
    title: `Participants · ${event.title}`,
    body: html`${eventHead(event, "participants")}
${statusTabs(c, event, status)}
<div class="row between panel">${searchForm(q, status)}
<div class="row">${act("apply", { event_id: event.id }, "Somebody applies", { done: "Somebody has applied" })}</div></div>
<p class="quiet" role="status">${plural(found.length, "participant")}, newest first${range}.</p>
${
  shown.length === 0
    ? html`<p class="panel empty">Nobody fits.</p>`
    : table(
        "Participants",
        HEADINGS,
        shown.map((one) => row(core, one)),
      )
}
${pager(c, paging)}`,
  };
}

function find(core: Core, event: EventRecord, q: string, status: string): Participant[] {
  const isWanted = (participant: Participant) => {
    if (status !== "" && statusOf(participant) !== status) return false;
    if (q === "") return true;
    const account = core.store.accounts.get(participant.user_id);
    const text = `${participant.id} ${participant.user_id} ${participant.application_id} ${account?.display_name} ${account?.email}`;
    return text.toLowerCase().includes(q);
  };
  return event.participants.all().filter(isWanted).reverse();
}

function statusTabs(c: Ctx, event: EventRecord, status: string): Html {
  const counts = statusCounts(event);
  const all = event.participants.all().length.toLocaleString("en");
  return tabs("Status", [
    { href: here(c, { status: "" }), text: `All ${all}`, isCurrent: status === "" },
    ...(Object.keys(STATUS_NAMES) as ShownStatus[]).map((name) => ({
      href: here(c, { status: name }),
      text: `${STATUS_NAMES[name]} ${counts[name].toLocaleString("en")}`,
      isCurrent: status === name,
    })),
  ]);
}

function searchForm(q: string, status: string): Html {
  return html`<form class="row" role="search" method="get" data-search>
<label class="row">Search <input type="search" name="q" value="${q}" placeholder="Name, e-mail or id" autocomplete="off"></label>
<input type="hidden" name="status" value="${status}"></form>`;
}

function row(core: Core, participant: Participant): Html {
  const { id, event_id, user_id, registered_at, cancelled_at, updated_at } = participant;
  const registered = registered_at && !cancelled_at ? badge("registered", "info") : "";
  return html`<tr data-participant="${id}" data-key="${id}">
<th scope="row"><a href="/events/${event_id}/participants/${id}">${nameOf(core, user_id)}</a><br>
<small>${core.store.accounts.get(user_id)?.email}<br><code>${id}</code></small></th>
<td>${badge(statusOf(participant))} ${registered}<br><small>${moment(cancelled_at ?? updated_at)}</small></td>
<td><div class="row">${participantButtons(participant)}</div></td></tr>`;
}
