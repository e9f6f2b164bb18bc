import type { Store } from "./store.ts";
import type {
  Account,
  Activity,
  EventRecord,
  Location,
  Participant,
  Place,
  Row,
  Thread,
  Wave,
} from "./types.ts";

export type Json = Record<string, unknown>;

function withoutSeq<T extends Row>(row: T): Json {
  const { seq: _, ...rest } = row;
  return rest;
}

export function eventJson(event: EventRecord, store: Store): Json {
  return {
    id: event.id,
    organization_id: event.organization_id,
    organization_name: store.organization.name,
    title: event.title,
    name: event.title,
    description: event.description,
    city: event.city,
    timezone: event.timezone,
    start_date: event.start_date,
    end_date: event.end_date,
    publish_status: event.publish_status,
    published_at: event.published_at,
    created_at: event.created_at,
    updated_at: event.updated_at,
  };
}

/** One participant, as the list and as `participant.*` webhooks show it. */
export function participantJson(participant: Participant, store: Store): Json {
  const account = store.accounts.get(participant.user_id);
  const role = store.roles.find((candidate) => candidate.id === participant.role_id);
  return {
    id: participant.id,
    event_id: participant.event_id,
    user_id: participant.user_id,
    application_id: participant.application_id,
    application_status: participant.status,
    display_name: account?.display_name ?? null,
    email: account?.email ?? null,
    role: role?.name ?? null,
    role_id: participant.role_id,
    profile: account ? profileFields(account) : null,
    custom_form_fields: participant.custom_form_fields,
    submitted_at: participant.submitted_at,
    registered_at: participant.registered_at,
    last_reviewed_at: participant.last_reviewed_at,
    last_reviewer_id: participant.last_reviewer_id,
    last_review_action: participant.last_review_action,
    updated_at: participant.updated_at,
  };
}

function profileFields(account: Account): Json {
  return {
    first_name: account.first_name,
    last_name: account.last_name,
    display_name: account.display_name,
    email: account.email,
    locale: account.locale,
    age_group: "age_18_plus",
  };
}

/** One application, as `application.*` webhooks and `/me/application` show it. */
export function applicationJson(participant: Participant): Json {
  return {
    id: participant.application_id,
    event_id: participant.event_id,
    participant_id: participant.id,
    user_id: participant.user_id,
    status: participant.status,
    role_id: participant.role_id,
    submitted_at: participant.submitted_at,
    approved_at: participant.approved_at,
    rejected_at: participant.rejected_at,
    revision_requested_at: participant.revision_requested_at,
    approver_id: participant.approved_at === null ? null : participant.last_reviewer_id,
    last_reviewed_at: participant.last_reviewed_at,
    last_reviewer_id: participant.last_reviewer_id,
    last_review_action: participant.last_review_action,
    custom_form_fields: participant.custom_form_fields,
    updated_at: participant.updated_at,
  };
}

export function accountJson(account: Account): Json {
  return {
    user_id: account.id,
    name: `${account.first_name} ${account.last_name}`,
    ...profileFields(account),
    updated_at: account.updated_at,
  };
}

export const threadJson = (thread: Thread): Json => withoutSeq(thread);
export const waveJson = (wave: Wave): Json => withoutSeq(wave);

export function locationJson(location: Location, event: EventRecord): Json {
  const find = (places: Place[], id: string | null | undefined) => places.find((place) => place.id === id);
  const floor = find(event.floors, location.floor_id);
  const building = find(event.buildings, floor?.parent_id);
  const venue = find(event.venues, building?.parent_id);
  const brief = (place: Place | undefined) => (place ? { id: place.id, name: place.name } : null);
  return { ...withoutSeq(location), floor: brief(floor), building: brief(building), venue: brief(venue) };
}

/** `open` below 80 % of the places, then `nearly_full`, then `full`. */
export function capacityState(activity: Activity): string {
  if (activity.signed_up_count >= activity.capacity) return "full";
  return activity.signed_up_count >= activity.capacity * 0.8 ? "nearly_full" : "open";
}

export function activityJson(activity: Activity, event: EventRecord): Json {
  return {
    ...withoutSeq(activity),
    event_id: event.id,
    thread: event.threads.get(activity.thread_id)?.name ?? null,
    location: event.locations.get(activity.location_id)?.name ?? null,
    capacity_state: capacityState(activity),
  };
}
