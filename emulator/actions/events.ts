import type { Core } from "../core.ts";
import { eventJson } from "../state/snapshots.ts";
import type { EventRecord } from "../state/types.ts";
import { type Emitted, emit } from "../webhooks/emit.ts";
import { ActionError } from "./error.ts";
import { findEvent } from "./find.ts";
import { type ActionResult, done } from "./result.ts";

export function tellEvent(core: Core, event: EventRecord, type: string): Emitted {
  return emit(core, { type, event_id: event.id, data: eventJson(event, core.store) });
}

function change(core: Core, eventId: string, changes: Partial<EventRecord>, type: string): ActionResult {
  const event = findEvent(core, eventId);
  Object.assign(event, changes, { updated_at: core.clock.stamp() });
  const told = tellEvent(core, event, type);
  return done(eventJson(event, core.store), [told]);
}

export function publishEvent(core: Core, eventId: string): ActionResult {
  if (findEvent(core, eventId).publish_status === "published") {
    throw new ActionError(409, `${eventId} is published already`);
  }
  const changes = { publish_status: "published" as const, published_at: core.clock.stamp() };
  return change(core, eventId, changes, "event.published");
}

export function unpublishEvent(core: Core, eventId: string): ActionResult {
  if (findEvent(core, eventId).publish_status !== "published") {
    throw new ActionError(409, `${eventId} is not published`);
  }
  return change(core, eventId, { publish_status: "unpublished" }, "event.unpublished");
}

export type EventChanges = Partial<
  Pick<EventRecord, "title" | "description" | "city" | "start_date" | "end_date">
>;

/** A day of the calendar, as Revento writes it: `2027-06-30`. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

function checkDays({ start_date, end_date }: Pick<EventRecord, "start_date" | "end_date">): void {
  for (const [name, day] of Object.entries({ start_date, end_date })) {
    if (!isDay(day)) throw new ActionError(400, `${name} must be a day such as "2027-06-30", not ${day}`);
  }
  if (end_date < start_date)
    throw new ActionError(400, `the event cannot end on ${end_date}, before it starts on ${start_date}`);
}

export function updateEvent(core: Core, eventId: string, changes: EventChanges = {}): ActionResult {
  checkDays({ ...findEvent(core, eventId), ...changes });
  return change(core, eventId, changes, "event.updated");
}
