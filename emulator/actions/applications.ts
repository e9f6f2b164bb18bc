import type { Core } from "../core.ts";
import { Random } from "../random.ts";
import { customFields } from "../seed/participants.ts";
import { applicationJson, participantJson } from "../state/snapshots.ts";
import { addParticipant, applicationOf } from "../state/store.ts";
import type { ApplicationStatus, EventRecord, Participant } from "../state/types.ts";
import { type Emitted, emit } from "../webhooks/emit.ts";
import { newPerson } from "./accounts.ts";
import { ActionError } from "./error.ts";
import { anyOrganizer, findAccount, findEvent, findListed, findParticipant } from "./find.ts";
import { type ActionResult, done } from "./result.ts";

const tellApplication = (core: Core, type: string, participant: Participant): Emitted =>
  emit(core, { type, event_id: participant.event_id, data: applicationJson(participant) });

const tellParticipant = (core: Core, type: string, participant: Participant): Emitted =>
  emit(core, { type, event_id: participant.event_id, data: participantJson(participant, core.store) });

function review(core: Core, participant: Participant, status: ApplicationStatus): Emitted {
  const stamp = core.clock.stamp();
  participant.status = status;
  participant.updated_at = stamp;
  participant.last_reviewed_at = stamp;
  participant.last_reviewer_id = anyOrganizer(core);
  participant.last_review_action = status;
  if (status === "approved") participant.approved_at = stamp;
  if (status === "rejected") participant.rejected_at = stamp;
  if (status === "revision_requested") participant.revision_requested_at = stamp;
  if (status !== "approved") participant.registered_at = null;
  return tellApplication(core, `application.${status}`, participant);
}

/** Approves; where nothing is to be paid, this also registers (contract §5). */
export function approve(core: Core, eventId: string, participantId: string): ActionResult {
  const { event, participant } = findListed(core, eventId, participantId);
  const webhooks = [review(core, participant, "approved")];
  if (!event.payment_required && core.settings.auto_register && participant.registered_at === null) {
    webhooks.push(markRegistered(core, participant));
  }
  return done(participantJson(participant, core.store), webhooks);
}

export function reject(core: Core, eventId: string, participantId: string): ActionResult {
  const { participant } = findListed(core, eventId, participantId);
  const told = review(core, participant, "rejected");
  return done(participantJson(participant, core.store), [told]);
}

export function requestRevision(core: Core, eventId: string, participantId: string): ActionResult {
  const { participant } = findListed(core, eventId, participantId);
  const told = review(core, participant, "revision_requested");
  return done(participantJson(participant, core.store), [told]);
}

function markRegistered(core: Core, participant: Participant): Emitted {
  participant.registered_at = core.clock.stamp();
  participant.updated_at = participant.registered_at;
  return tellParticipant(core, "participant.registered", participant);
}

/** The fee is paid: an approved participant becomes registered. */
export function register(core: Core, eventId: string, participantId: string): ActionResult {
  const { participant } = findListed(core, eventId, participantId);
  if (participant.status !== "approved") throw new ActionError(409, `${participantId} is not approved`);
  const told = markRegistered(core, participant);
  return done(participantJson(participant, core.store), [told]);
}

/** The participant sends the application in again, after a revision was asked for. */
export function resubmit(core: Core, eventId: string, participantId: string): ActionResult {
  const { participant } = findListed(core, eventId, participantId);
  participant.status = "pending";
  participant.submitted_at = core.clock.stamp();
  participant.updated_at = participant.submitted_at;
  const told = tellApplication(core, "application.submitted", participant);
  return done(participantJson(participant, core.store), [told]);
}

/** Withdraws an application. No webhook tells of it: only the list does. */
export function cancel(core: Core, eventId: string, participantId: string): ActionResult {
  const { event, participant } = findListed(core, eventId, participantId);
  participant.cancelled_at = core.clock.stamp();
  for (const id of participant.activity_ids.splice(0)) {
    const activity = event.activities.get(id);
    if (activity) activity.signed_up_count = Math.max(0, activity.signed_up_count - 1);
  }
  return done({ id: participant.id, event_id: event.id, cancelled_at: participant.cancelled_at });
}

/** Takes a cancellation back: the participant appears in the list again, and no webhook tells of it. */
export function reinstate(core: Core, eventId: string, participantId: string): ActionResult {
  const { participant } = findParticipant(core, eventId, participantId);
  if (participant.cancelled_at === null) throw new ActionError(409, `${participantId} has not cancelled`);
  participant.cancelled_at = null;
  participant.updated_at = core.clock.stamp();
  return done(participantJson(participant, core.store));
}

/** A new application, by an account without one for this event, or by a new person. */
export function apply(core: Core, eventId: string, account?: string): ActionResult {
  const event = findEvent(core, eventId);
  const person = account === undefined ? newPerson(core) : findAccount(core, account);
  if (applicationOf(core.store, person.id, eventId)) {
    throw new ActionError(409, `${person.id} has an application for ${eventId} already`);
  }
  const participant = newApplication(core, event, person.id);
  addParticipant(core.store, event, participant);
  const told = tellApplication(core, "application.submitted", participant);
  return done(participantJson(participant, core.store), [told]);
}

function newApplication(core: Core, event: EventRecord, userId: string): Participant {
  const seq = event.participants.nextSeq();
  const stamp = core.clock.stamp();
  return {
    id: `ptp_${core.secrets.chars(10)}`,
    seq,
    event_id: event.id,
    user_id: userId,
    application_id: `app_${core.secrets.chars(10)}`,
    role_id: core.store.roles[0]?.id ?? "",
    status: "pending",
    custom_form_fields: customFields(new Random(`${core.config.seed}/apply/${event.id}/${seq}`)),
    submitted_at: stamp,
    approved_at: null,
    rejected_at: null,
    revision_requested_at: null,
    registered_at: null,
    last_reviewed_at: null,
    last_reviewer_id: null,
    last_review_action: null,
    cancelled_at: null,
    activity_ids: [],
    updated_at: stamp,
  };
}
