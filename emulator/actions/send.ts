import type { Core } from "../core.ts";
import { applicationJson, type Json, locationJson, participantJson, threadJson } from "../state/snapshots.ts";
import { type Emitted, emit } from "../webhooks/emit.ts";
import { tellRevoked } from "./accounts.ts";
import { tellEvent } from "./events.ts";
import { findLocation, findThread } from "./find.ts";
import { tellAgain, tellDeletion } from "./lifecycle.ts";
import { tellActivity } from "./program.ts";
import { chooseActivity, chooseEvent, chooseParticipant, type Subject } from "./subject.ts";

/** Sends a webhook of a type with the snapshot of now. A type of an unknown resource carries the event. */
export function send(core: Core, type: string, subject: Subject): Emitted {
  if (type === "integration.suspended" || type === "integration.unpublished") return tellAgain(core, type);
  const event = chooseEvent(core, subject);
  const tell = (data: Json) => emit(core, { type, event_id: event.id, data });
  if (type === "data.deletion_required") return tellDeletion(core, event.id, "organizer_revoked");
  if (type === "user.revoked_access")
    return tellRevoked(core, chooseParticipant(core, subject).user_id, event.id);
  switch (type.split(".")[0]) {
    case "application":
      return tell(applicationJson(chooseParticipant(core, subject)));
    case "participant":
      return tell(participantJson(chooseParticipant(core, subject), core.store));
    case "activity":
      return tellActivity(core, event, chooseActivity(core, subject), type);
    case "thread":
      return tell(threadJson(findThread(event, subject.thread_id ?? event.threads.all()[0]?.id ?? "")));
    case "location": {
      const id = subject.location_id ?? event.locations.all()[0]?.id ?? "";
      return tell(locationJson(findLocation(event, id), event));
    }
    default:
      return tellEvent(core, event, type);
  }
}
