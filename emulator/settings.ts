/** What can be switched while the emulator runs. Defaults are the contract's word, and strict where it is silent. */
export interface Settings {
  refresh_mode: "strict" | "grace-until-used" | "grace-seconds" | "omit-refresh-token";
  refresh_grace_seconds: number;
  reuse_revokes_grant: boolean;
  code_reuse_revokes_grant: boolean;
  old_access_after_refresh: "valid" | "token_expired" | "token_revoked";
  reauthorize: "replace" | "keep";
  code_lifetime_s: number;
  access_lifetime_s: number;
  refresh_lifetime_s: number;
  grant_lifetime_s: number;
  token_redirect_uri: "required" | "optional";
  user_id_in_token: boolean;
  accept: "strict" | "lenient";
  limit_over_max: "reject" | "clamp";
  program_shape: "object" | "list";
  activity_ids: boolean;
  rate_limits: boolean;
  rate_headers: "hour" | "tightest";
  count_refused_calls: boolean;
  suspend_after_429s: number;
  suspend_window_s: number;
  latency_ms: number;
  webhook_url: string;
  webhook_timeout_ms: number;
  webhook_request_id: boolean;
  retry_curve_s: number[];
  retry_timestamp: "fresh" | "original";
  delivery_concurrency: number;
  delivery_log_limit: number;
  deliver_undeclared: boolean;
  deletion_reason: boolean;
  capacity_debounce_ms: number;
  auto_register: boolean;
  stamps: "real" | "virtual";
  skew_ms: number;
  monday_reset: boolean;
}

export type SettingName = keyof Settings;

export const DAY_S = 86_400;

/** The settings at the start. */
export function initialSettings({
  webhookUrl,
  settings,
}: {
  webhookUrl: string;
  settings: Partial<Settings>;
}) {
  return { ...defaultSettings(webhookUrl), ...settings };
}

function defaultSettings(webhookUrl: string): Settings {
  return {
    refresh_mode: "strict",
    refresh_grace_seconds: 30,
    reuse_revokes_grant: true,
    code_reuse_revokes_grant: true,
    old_access_after_refresh: "valid",
    reauthorize: "replace",
    code_lifetime_s: 600,
    access_lifetime_s: 3600,
    refresh_lifetime_s: 90 * DAY_S,
    grant_lifetime_s: 365 * DAY_S,
    token_redirect_uri: "required",
    user_id_in_token: true,
    accept: "strict",
    limit_over_max: "reject",
    program_shape: "object",
    activity_ids: true,
    rate_limits: true,
    rate_headers: "hour",
    count_refused_calls: false,
    suspend_after_429s: 0,
    suspend_window_s: 300,
    latency_ms: 0,
    webhook_url: webhookUrl,
    webhook_timeout_ms: 10_000,
    webhook_request_id: true,
    retry_curve_s: [5, 30, 120, 600, 3600, 6 * 3600, DAY_S],
    retry_timestamp: "fresh",
    delivery_concurrency: 1,
    delivery_log_limit: 5000,
    deliver_undeclared: false,
    deletion_reason: true,
    capacity_debounce_ms: 5000,
    auto_register: true,
    stamps: "real",
    skew_ms: 0,
    monday_reset: true,
  };
}
