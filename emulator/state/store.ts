import type { Account, EventRecord, Organization, Participant, Role } from "./types.ts";

/** The sandbox organization: its events, its people. Plain data; everything that has a rule is elsewhere. */
export interface Store {
  organization: Organization;
  roles: Role[];
  events: Map<string, EventRecord>;
  accounts: Map<string, Account>;
  /** Which event a participant belongs to. */
  eventOf: Map<string, string>;
  /** Participants of a user, by event id. */
  applications: Map<string, Map<string, string>>;
}

export function addParticipant(store: Store, event: EventRecord, participant: Participant): void {
  event.participants.add(participant);
  store.eventOf.set(participant.id, event.id);
  const own = store.applications.get(participant.user_id) ?? new Map<string, string>();
  own.set(event.id, participant.id);
  store.applications.set(participant.user_id, own);
}

/** The application of a user for an event, unless it was withdrawn. */
export function applicationOf(store: Store, userId: string, eventId: string): Participant | undefined {
  const id = store.applications.get(userId)?.get(eventId);
  const participant = id === undefined ? undefined : store.events.get(eventId)?.participants.get(id);
  return participant?.cancelled_at === null ? participant : undefined;
}

export const isListed = (participant: Participant): boolean => participant.cancelled_at === null;
