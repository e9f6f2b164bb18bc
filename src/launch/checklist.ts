/** The lines of Revento's pre-launch checklist (seed `000`), and what this installation needs beside them. */

export interface ChecklistLine {
  readonly id: string;
  readonly section: Section;
  /** Revento's words. */
  readonly text: string;
}

export const SECTIONS = [
  "Auth and tokens",
  "Webhook handling",
  "Rate-limit awareness",
  "UX and operations",
  "Security",
  "This installation",
] as const;
export type Section = (typeof SECTIONS)[number];

const line = (section: Section, id: string, text: string): ChecklistLine => ({ id, section, text });

export const CHECKLIST: readonly ChecklistLine[] = [
  line(
    "Auth and tokens",
    "signature-fails-closed",
    "Webhook signature verification works AND fails closed if the signature is missing.",
  ),
  line("Auth and tokens", "encryption-at-rest", "Token storage uses encryption at rest."),
  line(
    "Auth and tokens",
    "rotation-persisted-first",
    "Refresh-token rotation is implemented: the new refresh token is persisted before any use of the new access token.",
  ),
  line(
    "Auth and tokens",
    "one-refresh-at-a-time",
    "Refresh-token concurrent races are handled: in-process mutex, distributed lock, or single-flight worker.",
  ),
  line(
    "Auth and tokens",
    "invalid-grant-permanent",
    "You catch 400 invalid_grant on refresh attempts as a permanent revocation, NOT a transient error.",
  ),
  line(
    "Auth and tokens",
    "revoked-and-expired-apart",
    "You catch 401 token_revoked and 401 token_expired as distinct errors with distinct handlers.",
  ),
  line("Webhook handling", "constant-time", "You verify HMAC signatures using constant-time comparison."),
  line(
    "Webhook handling",
    "stale-rejected",
    "You reject webhook deliveries with stale timestamps (>5 minutes from now).",
  ),
  line(
    "Webhook handling",
    "answers-in-10-s",
    "You respond within 10 seconds. Real work that takes longer is queued asynchronously on your side.",
  ),
  line("Webhook handling", "deduplicates", "You deduplicate retries using X-Revento-Delivery-Id."),
  line(
    "Webhook handling",
    "honors-deletion",
    "You honor data.deletion_required: schedule deletion of cached data within 30 days.",
  ),
  line(
    "Webhook handling",
    "honors-user-revocation",
    "You honor user.revoked_access if you store per-user data.",
  ),
  line(
    "Webhook handling",
    "only-needed-types",
    "You're subscribed to the event types you actually need, and ONLY those.",
  ),
  line(
    "Rate-limit awareness",
    "no-hammering",
    "You don't hammer the API on schedule when webhooks would tell you the same thing.",
  ),
  line(
    "Rate-limit awareness",
    "backs-off-on-429",
    "You back off on 429 with Retry-After-respecting exponential backoff + jitter.",
  ),
  line(
    "Rate-limit awareness",
    "concurrent-limit",
    "You handle concurrent_limit_exceeded by queuing/throttling.",
  ),
  line("UX and operations", "declined-consent", "The OAuth flow has a clear error UX for declined consent."),
  line(
    "UX and operations",
    "cascade-surfaced",
    "Your dashboard surfaces the disconnect cascade (revoked, archived, suspended) to operators.",
  ),
  line(
    "UX and operations",
    "monitoring",
    "You have monitoring for: refresh failures, webhook deliveries failing repeatedly, token-revoked errors spiking.",
  ),
  line(
    "UX and operations",
    "traceable",
    "You can identify a single (event, organization) connection and trace its API calls + webhook deliveries by X-Revento-Request-Id.",
  ),
  line(
    "UX and operations",
    "consent-text-previewed",
    "You've previewed the consent screen text in both PL and EN; confirm scope descriptions are accurate.",
  ),
  line("Security", "state-validated", "OAuth state parameter validated on every callback to prevent CSRF."),
  line("Security", "pkce-stays", "PKCE verifier never leaves your backend."),
  line(
    "Security",
    "client-secret-kept",
    "client_secret in your environment-variable / secrets-manager only: never in code, never in logs, never in screenshots.",
  ),
  line("Security", "webhook-secret-kept", "Webhook signing secret same: secrets manager only."),
  line("Security", "tokens-not-logged", "Tokens never logged (or logged as last 4 chars + length only)."),
  line("This installation", "healthy", "It answers, at the version of this checkout."),
  line("This installation", "https", "It is reached by https, and tells browsers to stay there."),
  line("This installation", "headers", "Pages carry the security headers."),
  line("This installation", "redirect-uris", "Redirect URIs are the registered ones, byte for byte."),
  line("This installation", "oversized-refused", "A webhook over 1 MB is refused."),
  line("This installation", "operator-only", "Operator pages and the API refuse strangers."),
  line("This installation", "secrets-strong", "Secrets are present, strong and different from each other."),
  line("This installation", "sealing", "A test grant is sealed, opens, and does not open anywhere else."),
  line("This installation", "migrations", "All migrations are applied."),
  line("This installation", "queues", "Every queue has a consumer: a message comes back."),
  line("This installation", "crons", "Every cron has run."),
  line("This installation", "clock", "Clocks agree: the caller's, the integration's and Revento's."),
  line("This installation", "scopes", "What connections granted is what the manifest declares."),
  line("This installation", "alert-channels", "Alert channels answer."),
];

/**
 * `proven`: something ran just now; `suite`: a test of the suite passed at this version; `person`: somebody has to look;
 * `failed`: it is not so, or could not be shown.
 */
export const STATES = ["proven", "suite", "person", "failed"] as const;
export type RowState = (typeof STATES)[number];
