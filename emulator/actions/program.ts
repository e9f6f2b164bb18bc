import type { Core } from "../core.ts";
import { activityJson, locationJson, threadJson } from "../state/snapshots.ts";
import type { Activity, EventRecord, Location, Thread } from "../state/types.ts";
import { type Emitted, emit } from "../webhooks/emit.ts";
import { ActionError } from "./error.ts";
import { findActivity, findEvent, findLocation, findThread } from "./find.ts";
import { type ActionResult, done } from "./result.ts";

export type ActivityChanges = Partial<
  Pick<
    Activity,
    | "title"
    | "description"
    | "kind"
    | "status"
    | "start_at"
    | "end_at"
    | "capacity"
    | "thread_id"
    | "location_id"
  >
>;

export function tellActivity(core: Core, event: EventRecord, activity: Activity, type: string): Emitted {
  return emit(core, { type, event_id: event.id, data: activityJson(activity, event) });
}

/** Changes fields of an activity, e.g. its place, its time, or its status to `cancelled`. */
export function updateActivity(
  core: Core,
  eventId: string,
  activityId: string,
  changes: ActivityChanges = {},
): ActionResult {
  const event = findEvent(core, eventId);
  const activity = findActivity(event, activityId);
  checkChanges(event, changes);
  Object.assign(activity, changes, { updated_at: core.clock.stamp() });
  activity.day = activity.start_at.slice(0, 10);
  return done(activityJson(activity, event), [tellActivity(core, event, activity, "activity.updated")]);
}

function checkChanges(
  event: EventRecord,
  { thread_id, location_id, start_at, end_at }: ActivityChanges,
): void {
  if (thread_id !== undefined) findThread(event, thread_id);
  if (location_id !== undefined) findLocation(event, location_id);
  for (const time of [start_at, end_at]) {
    if (time !== undefined && !/^\d{4}-\d\d-\d\dT.*Z$/.test(time))
      throw new ActionError(400, `${time} is no UTC time`);
  }
}

/** A new activity, in the place and at the time of the last one unless told otherwise. */
export function addActivity(core: Core, eventId: string, changes: ActivityChanges = {}): ActionResult {
  const event = findEvent(core, eventId);
  const model = event.activities.all().at(-1);
  if (!model) throw new ActionError(409, `${eventId} has no activity to take after`);
  checkChanges(event, changes);
  const activity = event.activities.add({
    ...model,
    title: "A new activity / Nowa aktywność",
    ...changes,
    id: `act_${core.secrets.chars(10)}`,
    seq: event.activities.nextSeq(),
    signed_up_count: 0,
    updated_at: core.clock.stamp(),
  });
  activity.day = activity.start_at.slice(0, 10);
  return done(activityJson(activity, event), [tellActivity(core, event, activity, "activity.created")]);
}

export function removeActivity(core: Core, eventId: string, activityId: string): ActionResult {
  const event = findEvent(core, eventId);
  const activity = findActivity(event, activityId);
  event.activities.remove(activityId);
  for (const participant of event.participants.all()) {
    if (!participant.activity_ids.includes(activityId)) continue;
    participant.activity_ids = participant.activity_ids.filter((id) => id !== activityId);
  }
  activity.updated_at = core.clock.stamp();
  return done(activityJson(activity, event), [tellActivity(core, event, activity, "activity.deleted")]);
}

export function updateThread(
  core: Core,
  eventId: string,
  threadId: string,
  changes: Partial<Pick<Thread, "name" | "description">> = {},
): ActionResult {
  const thread = findThread(findEvent(core, eventId), threadId);
  Object.assign(thread, changes, { updated_at: core.clock.stamp() });
  const data = threadJson(thread);
  return done(data, [emit(core, { type: "thread.updated", event_id: eventId, data })]);
}

export function updateLocation(
  core: Core,
  eventId: string,
  locationId: string,
  changes: Partial<Pick<Location, "name" | "kind" | "capacity">> = {},
): ActionResult {
  const event = findEvent(core, eventId);
  const location = findLocation(event, locationId);
  Object.assign(location, changes, { updated_at: core.clock.stamp() });
  const data = locationJson(location, event);
  return done(data, [emit(core, { type: "location.updated", event_id: eventId, data })]);
}
