import type { SettingName } from "./settings.ts";

/** A point that the contract leaves open, what the emulator plays, and the switch that changes it. */
export interface Assumption {
  id: string;
  section: string;
  text: string;
  switch: { setting: SettingName } | { fault: string } | { action: string } | null;
}

const set = (setting: SettingName) => ({ setting });

function assume(id: string, section: string, text: string, how: Assumption["switch"]): Assumption {
  return { id, section, text, switch: how };
}

export const ASSUMPTIONS: readonly Assumption[] = [
  assume("token-prefix", "1", "User access tokens start with rev_user_.", null),
  assume("exchange-redirect", "2", "The code exchange must repeat redirect_uri.", set("token_redirect_uri")),
  assume("user-id", "2", "The token answer of a user carries user_id.", set("user_id_in_token")),
  assume("reuse", "2", "A rotated refresh token used again revokes the grant.", set("reuse_revokes_grant")),
  assume("grace", "2", "There is no grace for the previous refresh token.", set("refresh_mode")),
  assume("code-reuse", "2", "A code used twice revokes its grant.", set("code_reuse_revokes_grant")),
  assume("code-life", "2", "A code lives for 10 minutes.", set("code_lifetime_s")),
  assume(
    "old-access",
    "2",
    "A refresh leaves the previous access token valid.",
    set("old_access_after_refresh"),
  ),
  assume("second-consent", "2", "A second consent replaces the first grant.", set("reauthorize")),
  assume("cancelled-login", "2", "A cancelled application no longer lets its participant sign in.", {
    action: "reinstate",
  }),
  assume("insufficient-scope", "4", "A scope that was not granted gives 403 insufficient_scope.", null),
  assume("not-found", "4", "An unknown path of the API gives 404 not_found.", null),
  assume("accept", "4", "Without the versioned Accept header: 406 not_acceptable.", set("accept")),
  assume("limit", "4", "A limit over 50 gives 400 invalid_request.", set("limit_over_max")),
  assume("cursor", "4", "An unreadable cursor gives 400 invalid_request.", null),
  assume("program", "4", "/program is one object, not a list.", set("program_shape")),
  assume("activity-ids", "4", "/me/application carries activity_ids.", set("activity_ids")),
  assume("rate-per-grant", "4", "Limits count per grant; a refresh does not start them anew.", null),
  assume("rate-headers", "4", "X-RateLimit-* describes the rolling hour.", set("rate_headers")),
  assume("refused-calls", "4", "Calls answered with 429 are not counted.", set("count_refused_calls")),
  assume("429-suspends", "4", "Repeated 429s suspend only when asked for.", set("suspend_after_429s")),
  assume("names", "4", "Field names beyond those in the contract are invented.", { fault: "missing_fields" }),
  assume("delivery-request-id", "5", "Deliveries carry X-Revento-Request-Id.", set("webhook_request_id")),
  assume("curve", "5", "Retries after 5 s, 30 s, 2 min, 10 min, 1 h, 6 h, 24 h.", set("retry_curve_s")),
  assume("retry-stamp", "5", "A retry is signed anew with a fresh timestamp.", set("retry_timestamp")),
  assume("undeclared", "5", "Undeclared event types are not sent.", set("deliver_undeclared")),
  assume("event-updated", "5", "event.updated exists.", { action: "declare-event-types" }),
  assume("wildcards", "5", "A manifest may declare a family of types at once, e.g. thread.*.", {
    action: "declare-event-types",
  }),
  assume("more-types", "5", "activity, thread and location also have .created and .deleted.", {
    action: "declare-event-types",
  }),
  assume("deletion-reason", "5", "data.deletion_required says why.", set("deletion_reason")),
  assume("registered", "5", "Where nothing is to be paid, approval registers too.", set("auto_register")),
  assume("debounce", "5", "Sign-ups are reported 5 s after the last change.", set("capacity_debounce_ms")),
];
