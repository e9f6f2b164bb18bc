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
    }
  | {
      readonly kind: "sync.page";
      readonly life: ConnectionLife;
      readonly runId: string;
      readonly page: number;
    }
  | { readonly kind: "health.probe"; readonly life: ConnectionLife; readonly jobId: string }
  | { readonly kind: "erasure.chunk"; readonly connectionId: string; readonly erasureId: string }
  | {
      readonly kind: "cron.page";
      readonly job: string;
      readonly scheduledAt: number;
      readonly cursor: string | null;
    };

/** `ALERTS`: the fast lane carries the snapshot's envelope; the outbox lane a row number. Operations signals carry themselves. */
export type AlertMessage =
  | {
      readonly kind: "webhook";
      readonly bodyId: string;
      readonly rules: readonly string[];
      readonly body: string;
      readonly at: number;
    }
  | { readonly kind: "outbox"; readonly seq: number }
  | {
      readonly kind: "signal";
      readonly signal: string;
      readonly state: "raised" | "resolved";
      readonly text: string;
      readonly at: number;
    };

/** `HANDLERS`: a nudge to run what waits in the outbox for one (connection, handler). */
export interface HandlerMessage {
  readonly kind: "drain";
  readonly connectionId: string;
  readonly handler: string;
}
