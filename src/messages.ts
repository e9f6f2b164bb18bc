/**
 * What travels through the queues. A message is read by code that may be one deploy older or newer than the
 * code that sent it: add fields as optional, never rename.
 */

/**
 * `WEBHOOKS`, sent as `v8`: the raw body as verified at intake, or a pointer to the row of `spills` that holds it.
 * Times are epoch milliseconds on our clock.
 */
export interface WebhookMessage {
  readonly deliveryId: string;
  readonly requestId: string | null;
  /** `X-Revento-Event`: unsigned, for the record alone. */
  readonly eventName: string;
  readonly receivedAt: number;
  readonly body?: Uint8Array;
  readonly spillId?: string;
}

/** The life of a connection that a job was made for. A job of an earlier life does nothing. */
export interface ConnectionLife {
  readonly connectionId: string;
  readonly eventId: string;
  readonly organizationId: string;
  readonly generation: number;
}

/** `SYNC`: background work on one connection, or one page of work over many. */
export type SyncMessage =
  | {
      readonly kind: "sync.start";
      readonly life: ConnectionLife;
      readonly run: "initial" | "reconcile";
      readonly jobId: string;
      /** How many runs in a row began because of the one before. */
      readonly follows?: number;
    }
  | {
      readonly kind: "sync.page";
      readonly life: ConnectionLife;
      readonly runId: string;
      /** Page of the resource, from 1. */
      readonly page: number;
      /** Absent: go on after the last page that was written. */
      readonly resource?: string;
      readonly cursor?: string | null;
    }
  | { readonly kind: "health.probe"; readonly life: ConnectionLife; readonly jobId: string }
  | { readonly kind: "erasure.chunk"; readonly connectionId: string; readonly erasureId: string }
  /** The user grants of an event whose connection ended: those signed in up to `before`, Revento's clock. */
  | { readonly kind: "users.end"; readonly eventId: string; readonly before: number }
  /** What follows a suspension or unpublishing, one page of connections at a time, after (event, organization). */
  | {
      readonly kind: "platform.page";
      readonly event: "suspended_at" | "unpublished_at";
      readonly at: number;
      readonly after: readonly [eventId: string, organizationId: string] | null;
    }
  /** How many deliveries an isolate has refused since it told last, by what was wrong with them. */
  | { readonly kind: "deliveries.refused"; readonly signature: number; readonly timestamp: number }
  | {
      readonly kind: "cron.page";
      readonly job: string;
      readonly scheduledAt: number;
      readonly cursor: string | null;
    };

/** One alert of one rule, its text already made: the fast lane and the alerts table carry the same. */
export interface AlertNote {
  /** The signed body's id, or one made for a signal. */
  readonly bodyId: string;
  readonly rule: string;
  readonly action: "trigger" | "resolve";
  readonly dedupKey: string;
  readonly text: string;
  readonly eventId: string | null;
  readonly organizationId: string | null;
  /** Of the event, Revento's clock; a signal has none. */
  readonly occurredAt?: number;
}

/** An operations signal that monitoring raises or resolves. `text` holds no personal data and no secret. */
export interface AlertSignal {
  readonly kind: "signal";
  /** `refresh_failing`, `dead_letters`, `connection_ended`, `erasure_overdue`, `suspension_suspected`, … */
  readonly signal: string;
  readonly state: "raised" | "resolved";
  readonly text: string;
  /** When it was raised or resolved: with the signal's name it makes the same message the same alert. */
  readonly at: number;
  /** What it is about, where one signal is raised for several (a connection's event id). */
  readonly subject?: string;
}

/**
 * `ALERTS`: the fast lane from intake; a signal; a flush of what waits for a channel (all channels where none is
 * named).
 */
export type AlertMessage =
  | { readonly kind: "notes"; readonly notes: readonly AlertNote[] }
  | AlertSignal
  | { readonly kind: "flush"; readonly channel?: string };

/** `HANDLERS`: a nudge to run what waits in the outbox for one (connection, handler). */
export interface HandlerMessage {
  readonly kind: "drain";
  readonly connectionId: string;
  readonly handler: string;
}

/** Any queue: proves that it has a consumer, and does no work (`src/launch`). */
export interface CanaryMessage {
  readonly kind: "canary";
  readonly id: string;
}
