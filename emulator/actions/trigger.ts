import type { Core } from "../core.ts";
import { applicationJson, locationJson, participantJson, threadJson } from "../state/snapshots.ts";
import { isListed } from "../state/store.ts";
import type { EventRecord, Participant } from "../state/types.ts";
import { type Emitted, emit } from "../webhooks/emit.ts";
import { EVENT_TYPES } from "../webhooks/types.ts";
import { tellRevoked } from "./accounts.ts";
import { ActionError } from "./error.ts";
import { tellEvent } from "./events.ts";
import { findActivity, findEvent, findListed, findLocation, findThread } from "./find.ts";
import { tellAgain, tellDeletion } from "./lifecycle.ts";
import { tellActivity } from "./program.ts";
import { type ActionResult, done } from "./result.ts";

export interface TriggerSubject {
  event_id?: string | undefined;
  participant_id?: string | undefined;
  activity_id?: string | undefined;
  thread_id?: string | undefined;
  location_id?: string | undefined;
}

/**
 * Sends a webhook of a type with the snapshot of now, and changes nothing. Subjects that are not named are chosen:
 * a connected event, its first participant, activity, thread or location. A type that is not in the contract goes
 * out with the event as its data.
 */
export function trigger(core: Core, type: string, subject: TriggerSubject = {}): ActionResult {
  const told = send(core, type, subject);
  return done({ type, event_id: subject.event_id ?? null }, [told]);
}

function send(core: Core, type: string, subject: TriggerSubject): Emitted {
  if (type === "integration.suspended" || type === "integration.unpublished") return tellAgain(core, type);
  const event = subject.event_id === undefined ? someEvent(core) : findEvent(core, subject.event_id);
  const [resource] = type.split(".");
  if (type === "data.deletion_required") return tellDeletion(core, event.id, "organizer_revoked");
  if (type === "user.revoked_access")
    return tellRevoked(core, chooseParticipant(core, event, subject).user_id, event.id);
  if (resource === "application") {
    return tell(core, type, event, applicationJson(chooseParticipant(core, event, subject)));
  }
  if (resource === "participant") {
    return tell(core, type, event, participantJson(chooseParticipant(core, event, subject), core.store));
  }
  if (resource === "activity") {
    const activity = findActivity(event, subject.activity_id ?? event.activities.all()[0]?.id ?? "");
    return tellActivity(core, event, activity, type);
  }
  if (resource === "thread") {
    return tell(
      core,
      type,
      event,
      threadJson(findThread(event, subject.thread_id ?? event.threads.all()[0]?.id ?? "")),
    );
  }
  if (resource === "location") {
    const location = findLocation(event, subject.location_id ?? event.locations.all()[0]?.id ?? "");
    return tell(core, type, event, locationJson(location, event));
  }
  if (resource !== "event" && (EVENT_TYPES as readonly string[]).includes(type)) {
    throw new ActionError(400, `${type} cannot be triggered`);
  }
  return tellEvent(core, event, type);
}

function tell(core: Core, type: string, event: EventRecord, data: Record<string, unknown>): Emitted {
  return emit(core, { type, event_id: event.id, data });
}

export function someEvent(core: Core): EventRecord {
  const events = [...core.store.events.values()];
  const event = events.find(({ id }) => core.connections.isActive(id)) ?? events[0];
  if (!event) throw new ActionError(404, "there is no event");
  return event;
}

function chooseParticipant(core: Core, event: EventRecord, subject: TriggerSubject): Participant {
  const id = subject.participant_id ?? event.participants.all().find(isListed)?.id;
  if (id === undefined) throw new ActionError(404, `${event.id} has no participant`);
  return findListed(core, event.id, id).participant;
}
