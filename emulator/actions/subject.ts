import type { Core } from "../core.ts";
import { isListed } from "../state/store.ts";
import type { Activity, EventRecord, Participant } from "../state/types.ts";
import { ActionError } from "./error.ts";
import { findActivity, findEvent, findListed } from "./find.ts";

/** What a trigger is about; everything may be left to choose. */
export interface Subject {
  event_id?: string | undefined;
  participant_id?: string | undefined;
  activity_id?: string | undefined;
  thread_id?: string | undefined;
  location_id?: string | undefined;
}

/** The named event, that of the named participant, or one that is connected. */
export function chooseEvent(core: Core, { event_id, participant_id }: Subject): EventRecord {
  const named =
    event_id ?? (participant_id === undefined ? undefined : core.store.eventOf.get(participant_id));
  if (named !== undefined) return findEvent(core, named);
  const events = [...core.store.events.values()];
  const event = events.find(({ id }) => core.connections.isActive(id)) ?? events[0];
  if (!event) throw new ActionError(404, "there is no event");
  return event;
}

/** The named participant, the first who fits, or the first. */
export function chooseParticipant(
  core: Core,
  subject: Subject,
  fits: (row: Participant) => boolean = () => true,
): Participant {
  const event = chooseEvent(core, subject);
  if (subject.participant_id !== undefined)
    return findListed(core, event.id, subject.participant_id).participant;
  const rows = event.participants.all();
  const chosen = rows.find((row) => isListed(row) && fits(row)) ?? rows.find(isListed);
  if (!chosen) throw new ActionError(404, `${event.id} has no participant`);
  return chosen;
}

export function chooseActivity(core: Core, subject: Subject): Activity {
  const event = chooseEvent(core, subject);
  return findActivity(event, subject.activity_id ?? event.activities.all()[0]?.id ?? "");
}
