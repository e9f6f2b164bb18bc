import type { Connection } from "../connections/index.ts";
import type { Tone } from "../ui/index.ts";

/** What each reason means, and what comes next. Where the cause is not known, it says so. */
export const REASONS: Readonly<Record<string, { readonly what: string; readonly next: string }>> = {
  organizer_revoked: {
    what: "The organizer disconnected the integration.",
    next: "Nothing to do: the data is being erased. The organizer can connect again.",
  },
  event_archived: {
    what: "The event was archived.",
    next: "Nothing to do: the data is being erased.",
  },
  formal_status_lost: {
    what: "The organization lost its formal status.",
    next: "The organizer settles that with Revento, then connects again.",
  },
  token_revoked: {
    what: "Revento ended the token on purpose; the cause is not known, because no webhook told it.",
    next: "Ask the organizer to connect again. Without that the data is erased on day 25.",
  },
  invalid_grant: {
    what: "Revento refused to refresh the token; the cause is not known.",
    next: "Ask the organizer to connect again. Without that the data is erased on day 25.",
  },
  lost_rotation: {
    what: "The answer to a refresh was lost, and the old token does not work any more.",
    next: "Ask the organizer to connect again: nothing was wrong on their side.",
  },
  grant_expired: {
    what: "The grant reached its end: 90 days without use, or one year.",
    next: "Ask the organizer to connect again.",
  },
  suspended: {
    what: "Revento suspended the integration. Every connection of that time is paused.",
    next: "Resolve it with Revento. Connections do not come back by themselves: organizers press Reconnect. The data of those who have not is erased on day 25.",
  },
  unpublished: {
    what: "The integration was unpublished.",
    next: "Nothing to do: every connection's data is being erased.",
  },
  deletion_required: {
    what: "Revento asked for deletion, or an operator erased it; no cause was told.",
    next: "Nothing to do: the data is being erased.",
  },
};

export const statusTone = (status: Connection["status"]): Tone =>
  ({ active: "ok", reconnect_required: "warn", suspended: "bad", ended: "plain" })[status] as Tone;

export const healthTone = (state: Connection["healthState"]): Tone =>
  ({ healthy: "ok", throttled: "warn", error: "bad", revoked: "bad", unknown: "plain" })[state] as Tone;

/** What a signal asks of the operator. */
export const SIGNALS: Readonly<Record<string, string>> = {
  suspension_suspected: "Write to Revento: the webhook that tells of a suspension may never arrive.",
  token_revoked_spike: "See which connections ended, below; a few at once are rarely a coincidence.",
  refresh_failing:
    "Look at the refresh outcomes below. transient ones heal; invalid_grant asks for a reconnect.",
  deliveries_failing: "Open Dead letters: each says why it was set aside.",
  dead_letters: "Open Dead letters: replay what was an accident, discard what is not for us.",
  queue_growing: "If it does not shrink, look for errors in the log and at Cloudflare's status.",
  erasure_overdue: "Open Erasures. The law's and Revento's deadline has passed: act today.",
  handler_paused: "Look at what these handlers call. They are tried again by themselves; their events wait.",
  probes_lagging: "Crons or the SYNC queue may be standing still.",
  cron_missed: "Cloudflare did not start these crons. Check the triggers of the deployed Worker.",
  connection_unhealthy: "Open the connection: it says what is wrong, and what can be done.",
};
