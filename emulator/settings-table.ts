import { DAY_S, type SettingName } from "./settings.ts";

/** What a setting may hold: one of some words, a boolean, a number in a range, a list of seconds, or a URL. */
export type SettingKind =
  | { values: readonly string[] }
  | "boolean"
  | { least: number; most: number }
  | "seconds[]"
  | "url";

export interface SettingSpec {
  kind: SettingKind;
  about: string;
}

const upTo = (most: number, least = 0): SettingKind => ({ least, most });
const oneOf = (...values: string[]): SettingKind => ({ values });

/** Every setting with what it may hold and what it does: the control API validates with it, the console shows it. */
export const SETTINGS: Record<SettingName, SettingSpec> = {
  refresh_mode: {
    kind: oneOf("strict", "grace-until-used", "grace-seconds", "omit-refresh-token"),
    about:
      "What happens to the previous refresh token: dead at once; alive until its successor is used; alive for refresh_grace_seconds; never replaced",
  },
  refresh_grace_seconds: { kind: upTo(86_400), about: "The grace of refresh_mode grace-seconds" },
  reuse_revokes_grant: {
    kind: "boolean",
    about: "A rotated refresh token used again revokes the whole grant",
  },
  code_reuse_revokes_grant: { kind: "boolean", about: "A code used twice revokes what it was exchanged for" },
  old_access_after_refresh: {
    kind: oneOf("valid", "token_expired", "token_revoked"),
    about: "What the previous access token is after a refresh",
  },
  reauthorize: {
    kind: oneOf("replace", "keep"),
    about: "A second consent for the same event (and user) ends the earlier grant, or leaves it alive",
  },
  code_lifetime_s: { kind: upTo(86_400, 1), about: "Lifetime of an authorization code" },
  access_lifetime_s: { kind: upTo(365 * DAY_S, 1), about: "Lifetime of an access token" },
  refresh_lifetime_s: { kind: upTo(3650 * DAY_S, 1), about: "Lifetime of a refresh token, sliding" },
  grant_lifetime_s: { kind: upTo(3650 * DAY_S, 1), about: "Hard stop after the first issue" },
  token_redirect_uri: { kind: oneOf("required", "optional"), about: "redirect_uri in the code exchange" },
  user_id_in_token: { kind: "boolean", about: "The token answer of a user carries user_id" },
  accept: {
    kind: oneOf("strict", "lenient"),
    about: "Calls without the versioned Accept header get 406, or pass",
  },
  limit_over_max: { kind: oneOf("reject", "clamp"), about: "limit over 50 gets 400, or counts as 50" },
  program_shape: { kind: oneOf("object", "list"), about: "/program is one object, or a list answer of days" },
  activity_ids: { kind: "boolean", about: "Applications in /me/application carry activity_ids" },
  rate_limits: { kind: "boolean", about: "Enforce the three rate limits" },
  rate_headers: {
    kind: oneOf("hour", "tightest"),
    about: "Which window X-RateLimit-* describes: always the hour, or the one with the least left",
  },
  count_refused_calls: { kind: "boolean", about: "Calls answered with 429 count as calls" },
  suspend_after_429s: {
    kind: upTo(100_000),
    about: "429s within suspend_window_s that suspend the integration; 0: never",
  },
  suspend_window_s: { kind: upTo(86_400, 1), about: "The window of suspend_after_429s" },
  latency_ms: { kind: upTo(600_000), about: "Every API and token call takes this long" },
  webhook_url: { kind: "url", about: "Where webhooks go; empty: nowhere" },
  webhook_timeout_ms: { kind: upTo(600_000, 1), about: "How long an answer to a webhook may take" },
  webhook_request_id: { kind: "boolean", about: "Deliveries carry X-Revento-Request-Id" },
  retry_curve_s: { kind: "seconds[]", about: "Delays before the retries; after the last one: dead letter" },
  retry_timestamp: { kind: oneOf("fresh", "original"), about: "X-Revento-Timestamp of a retry" },
  delivery_concurrency: {
    kind: upTo(64, 1),
    about: "Of deliveries that fall due together, how many are under way at once",
  },
  delivery_log_limit: { kind: upTo(1_000_000, 1), about: "How many finished deliveries the log keeps" },
  deliver_undeclared: { kind: "boolean", about: "Send event types that the manifest does not declare" },
  deletion_reason: { kind: "boolean", about: "data.deletion_required says why" },
  capacity_debounce_ms: { kind: upTo(3_600_000), about: "Quiet time before activity.capacity_state_changed" },
  auto_register: {
    kind: "boolean",
    about: "Where nothing is to be paid, approval also registers the participant",
  },
  stamps: {
    kind: oneOf("real", "virtual"),
    about: "Whether Date, occurred_at and timestamps follow the moved clock",
  },
  skew_ms: {
    kind: upTo(365 * DAY_S * 1000, -365 * DAY_S * 1000),
    about: "Revento's visible clock minus real time",
  },
  monday_reset: { kind: "boolean", about: "The sandbox resets on Mondays at 02:00 UTC" },
};
