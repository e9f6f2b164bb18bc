import type { Manifest } from "./manifest-shape.ts";

/**
 * What this integration is. The one place a publisher changes together with `handlers.ts`; `npm run manifest` prints
 * what to register with Revento.
 */
export const manifest: Manifest = {
  name: "Revento Integration",
  description: {
    en: "Keeps your team's view of an event up to date: participants, the program and who is here now.",
    pl: "Na bieżąco pokazuje zespołowi wydarzenie: uczestników, program i kto już jest na miejscu.",
  },
  contact: { email: "support@example.com", url: "https://example.com/support" },
  termsUrl: "https://example.com/terms",
  installation: {
    required: ["event.read", "participants.read"],
    optional: ["program.read"],
  },
  user: {
    required: ["profile.read"],
    optional: ["event.attendance"],
  },
  eventTypes: [
    "application.submitted",
    "application.approved",
    "application.rejected",
    "application.revision_requested",
    "participant.registered",
    "participant.profile_updated",
    "activity.updated",
    "activity.capacity_state_changed",
    "thread.*",
    "location.*",
    "event.published",
    "event.unpublished",
    "event.updated",
    "data.deletion_required",
    "user.revoked_access",
    "integration.suspended",
    "integration.unpublished",
  ],
  monitoring: {
    windowMinutes: 15,
    refreshFailures: 5,
    failedDeliveries: 5,
    revokedTokens: 5,
    suspectedSuspension: { connections: 3, share: 0.5 },
    deadLetters: 1,
    waitingMinutes: 10,
  },
  deprecation: null,
};
