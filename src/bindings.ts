import type { AttendanceObject } from "./attendance/attendance-object.ts";
import type { ConnectionObject } from "./grants/connection-object.ts";
import type { LedgerObject } from "./lifecycle/ledger-object.ts";
import type { AlertMessage, CanaryMessage, HandlerMessage, SyncMessage, WebhookMessage } from "./messages.ts";

/** What the platform hands to every entry point. Values of vars and secrets are read by `config.ts` alone. */
export interface Env {
  readonly DB: D1Database;
  readonly CONNECTION: DurableObjectNamespace<ConnectionObject>;
  readonly ATTENDANCE: DurableObjectNamespace<AttendanceObject>;
  readonly LEDGER: DurableObjectNamespace<LedgerObject>;
  readonly WEBHOOKS: Queue<WebhookMessage | CanaryMessage>;
  readonly SYNC: Queue<SyncMessage | CanaryMessage>;
  readonly ALERTS: Queue<AlertMessage | CanaryMessage>;
  readonly HANDLERS: Queue<HandlerMessage | CanaryMessage>;
  /** For the canaries of the self-test: everything else comes here from the platform. */
  readonly WEBHOOKS_DEAD: Queue<CanaryMessage>;
  readonly SYNC_DEAD: Queue<CanaryMessage>;
  readonly ALERTS_DEAD: Queue<CanaryMessage>;
  readonly HANDLERS_DEAD: Queue<CanaryMessage>;
  readonly ASSETS: Fetcher;
  /** Id and tag of the version that answers; the tag is empty on a laptop. */
  readonly VERSION: WorkerVersionMetadata;

  readonly REVENTO_AUTH_URL?: string;
  readonly REVENTO_API_URL?: string;
  readonly REVENTO_CLIENT_ID?: string;
  readonly REVENTO_APP_ORIGINS?: string;
  readonly REVENTO_CLIENT_SECRET?: string;
  readonly REVENTO_WEBHOOK_SECRET?: string;
  readonly REVENTO_WEBHOOK_SECRET_PREVIOUS?: string;
  readonly PUBLIC_URL?: string;
  readonly TOKEN_KEYS?: string;
  readonly SESSION_KEY?: string;
  readonly SESSION_KEY_PREVIOUS?: string;
  readonly OPERATOR_TOKEN?: string;
  readonly ACCESS_TEAM_DOMAIN?: string;
  readonly ACCESS_AUD?: string;
  readonly DATA_JURISDICTION?: string;
  readonly ALERT_RULES?: string;
}
