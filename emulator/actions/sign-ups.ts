import type { Core } from "../core.ts";
import { activityJson } from "../state/snapshots.ts";
import type { Activity, EventRecord } from "../state/types.ts";
import { ActionError } from "./error.ts";
import { findActivity, findListed } from "./find.ts";
import { tellActivity } from "./program.ts";
import { type ActionResult, done } from "./result.ts";

/** A participant signs up for an activity. */
export function signUp(core: Core, eventId: string, participantId: string, activityId: string): ActionResult {
  const { event, participant } = findListed(core, eventId, participantId);
  const activity = findActivity(event, activityId);
  if (participant.activity_ids.includes(activityId)) throw new ActionError(409, "signed up already");
  if (activity.signed_up_count >= activity.capacity) throw new ActionError(409, "the activity is full");
  participant.activity_ids.push(activityId);
  activity.signed_up_count++;
  tellLater(core, event, activity);
  return done(activityJson(activity, event));
}

/** A participant gives the place back. */
export function signOff(
  core: Core,
  eventId: string,
  participantId: string,
  activityId: string,
): ActionResult {
  const { event, participant } = findListed(core, eventId, participantId);
  const activity = findActivity(event, activityId);
  if (!participant.activity_ids.includes(activityId)) throw new ActionError(409, "not signed up");
  participant.activity_ids = participant.activity_ids.filter((id) => id !== activityId);
  activity.signed_up_count = Math.max(0, activity.signed_up_count - 1);
  tellLater(core, event, activity);
  return done(activityJson(activity, event));
}

/** Debounced: one snapshot, once nothing has changed for a while. */
function tellLater(core: Core, event: EventRecord, activity: Activity): void {
  activity.updated_at = core.clock.stamp();
  core.quiet.get(activity.id)?.();
  const tell = () => {
    core.quiet.delete(activity.id);
    // A reset may have put another activity in its place.
    if (core.store.events.get(event.id)?.activities.get(activity.id) === activity) {
      tellActivity(core, event, activity, "activity.capacity_state_changed");
    }
  };
  const at = core.clock.now() + core.settings.capacity_debounce_ms;
  core.quiet.set(activity.id, core.agenda.add(at, "timer", tell));
}
