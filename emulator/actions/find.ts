import type { Core } from "../core.ts";
import type { Account, Activity, EventRecord, Location, Participant, Thread } from "../state/types.ts";
import { ActionError } from "./error.ts";

export function findEvent(core: Core, id: string): EventRecord {
  const event = core.store.events.get(id);
  if (!event) throw new ActionError(404, `there is no event ${id}`);
  return event;
}

export interface Found {
  event: EventRecord;
  participant: Participant;
}

/** A participant, also one who has cancelled. */
export function findParticipant(core: Core, eventId: string, id: string): Found {
  const event = findEvent(core, eventId);
  const participant = event.participants.get(id);
  if (!participant) throw new ActionError(404, `there is no participant ${id} in ${eventId}`);
  return { event, participant };
}

export function findListed(core: Core, eventId: string, id: string): Found {
  const found = findParticipant(core, eventId, id);
  if (found.participant.cancelled_at !== null) throw new ActionError(409, `${id} has cancelled`);
  return found;
}

export function findActivity(event: EventRecord, id: string): Activity {
  const activity = event.activities.get(id);
  if (!activity) throw new ActionError(404, `there is no activity ${id} in ${event.id}`);
  return activity;
}

export function findThread(event: EventRecord, id: string): Thread {
  const thread = event.threads.get(id);
  if (!thread) throw new ActionError(404, `there is no thread ${id} in ${event.id}`);
  return thread;
}

export function findLocation(event: EventRecord, id: string): Location {
  const location = event.locations.get(id);
  if (!location) throw new ActionError(404, `there is no location ${id} in ${event.id}`);
  return location;
}

/** An account by its id or its e-mail address. */
export function findAccount(core: Core, idOrEmail: string): Account {
  const { accounts } = core.store;
  const account = accounts.get(idOrEmail) ?? [...accounts.values()].find(({ email }) => email === idOrEmail);
  if (!account) throw new ActionError(404, `there is no account ${idOrEmail}`);
  return account;
}

export function anyOrganizer(core: Core): string {
  for (const account of core.store.accounts.values()) {
    if (account.kind === "organizer") return account.id;
  }
  return "usr_unknown";
}
