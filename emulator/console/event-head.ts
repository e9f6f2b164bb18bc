import { html } from "hono/html";
import type { EventRecord } from "../state/types.ts";
import { badge, type Html, tabs } from "./parts.ts";

/** The head of the pages of one event, with the ways between them. */
export function eventHead(event: EventRecord, part: "" | "participants" | "program"): Html {
  const at = `/events/${event.id}`;
  return html`<h1>${event.title}</h1>
<p class="lead">${badge(event.archived_at ? "archived" : event.publish_status)} ${event.city} ·
${event.start_date} – ${event.end_date} · <code>${event.id}</code></p>
${tabs("Event", [
  { href: at, text: "Event", isCurrent: part === "" },
  { href: `${at}/participants`, text: "Participants", isCurrent: part === "participants" },
  { href: `${at}/program`, text: "Program", isCurrent: part === "program" },
])}`;
}
