import type { Core } from "../core.ts";
import type { EventRecord, Participant } from "../state/types.ts";
import { editProfile, revokeUser } from "./accounts.ts";
import { apply, approve, register, reject, requestRevision, resubmit } from "./applications.ts";
import { publishEvent, unpublishEvent, updateEvent } from "./events.ts";
import { disconnect, suspend, unpublishIntegration } from "./lifecycle.ts";
import { addActivity, removeActivity, updateActivity, updateLocation, updateThread } from "./program.ts";
import type { ActionResult } from "./result.ts";
import { chooseActivity, chooseEvent, chooseParticipant, type Subject } from "./subject.ts";

type Performance = (core: Core, subject: Subject) => ActionResult | undefined;
type Review = (core: Core, eventId: string, participantId: string) => ActionResult;

const isPending = (row: Participant) => row.status === "pending";

const review =
  (action: Review): Performance =>
  (core, subject) => {
    const { event_id, id } = chooseParticipant(core, subject, isPending);
    return action(core, event_id, id);
  };

const onEvent =
  (
    isDue: (core: Core, event: EventRecord) => boolean,
    action: (core: Core, id: string) => ActionResult,
  ): Performance =>
  (core, subject) => {
    const event = chooseEvent(core, subject);
    return isDue(core, event) ? action(core, event.id) : undefined;
  };

/** What each event type follows from. Undefined: it has happened already, or nobody does it. */
const PERFORMANCES: Record<string, Performance> = {
  "application.submitted": (core, subject) => {
    if (subject.participant_id === undefined) return apply(core, chooseEvent(core, subject).id);
    const { event_id, id } = chooseParticipant(core, subject);
    return resubmit(core, event_id, id);
  },
  "application.approved": review(approve),
  "application.rejected": review(reject),
  "application.revision_requested": review(requestRevision),
  "participant.registered": (core, subject) => {
    const isDue = (row: Participant) => row.status === "approved" && row.registered_at === null;
    const { event_id, id, status } = chooseParticipant(core, subject, isDue);
    // Somebody who has to be approved first is approved first.
    const approved = status === "approved" ? undefined : approve(core, event_id, id);
    if (approved?.webhooks.some(({ type }) => type === "participant.registered")) return approved;
    const registered = register(core, event_id, id);
    return { ...registered, webhooks: [...(approved?.webhooks ?? []), ...registered.webhooks] };
  },
  "participant.profile_updated": (core, subject) => {
    const { event_id, id } = chooseParticipant(core, subject);
    return editProfile(core, event_id, id);
  },
  "activity.created": (core, subject) => addActivity(core, chooseEvent(core, subject).id),
  "activity.updated": (core, subject) =>
    updateActivity(core, chooseEvent(core, subject).id, chooseActivity(core, subject).id),
  "activity.deleted": (core, subject) =>
    removeActivity(core, chooseEvent(core, subject).id, chooseActivity(core, subject).id),
  "thread.updated": (core, subject) => {
    const event = chooseEvent(core, subject);
    return updateThread(core, event.id, subject.thread_id ?? event.threads.all()[0]?.id ?? "");
  },
  "location.updated": (core, subject) => {
    const event = chooseEvent(core, subject);
    return updateLocation(core, event.id, subject.location_id ?? event.locations.all()[0]?.id ?? "");
  },
  "event.published": onEvent((_, event) => event.publish_status !== "published", publishEvent),
  "event.unpublished": onEvent((_, event) => event.publish_status === "published", unpublishEvent),
  "event.updated": onEvent(() => true, updateEvent),
  "data.deletion_required": onEvent((core, { id }) => core.connections.isActive(id), disconnect),
  "user.revoked_access": (core, subject) => {
    const isIn = core.grants.active((grant) => grant.kind === "user");
    const authorized = (row: Participant) =>
      isIn.some((grant) => grant.user_id === row.user_id && grant.event_id === row.event_id);
    const chosen = chooseParticipant(core, subject, authorized);
    return authorized(chosen) ? revokeUser(core, chosen.user_id, chosen.event_id) : undefined;
  },
  "integration.suspended": (core) => (core.integration.status === "suspended" ? undefined : suspend(core)),
  "integration.unpublished": (core) =>
    core.integration.status === "unpublished" ? undefined : unpublishIntegration(core),
};

/** Does what an event type follows from; undefined where there is nothing to do. */
export function perform(core: Core, type: string, subject: Subject): ActionResult | undefined {
  return Object.hasOwn(PERFORMANCES, type) ? PERFORMANCES[type]?.(core, subject) : undefined;
}
