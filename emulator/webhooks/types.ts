/** The event types of the contract (§5). */
export const EVENT_TYPES = [
  "application.submitted",
  "application.approved",
  "application.rejected",
  "application.revision_requested",
  "participant.registered",
  "participant.profile_updated",
  "activity.created",
  "activity.updated",
  "activity.deleted",
  "activity.capacity_state_changed",
  "thread.created",
  "thread.updated",
  "thread.deleted",
  "location.created",
  "location.updated",
  "location.deleted",
  "event.published",
  "event.unpublished",
  "event.updated",
  "data.deletion_required",
  "user.revoked_access",
  "integration.suspended",
  "integration.unpublished",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];
