import type { Happening } from "../outbox/index.ts";
import type { HandlerEvent } from "./events.ts";

/** A row of the outbox as D1 gives it. */
export interface OutboxRow {
  readonly id: number;
  readonly resource: string;
  readonly type: string;
  readonly body_id: string;
  readonly occurred_at: number;
  readonly payload: string;
  readonly is_stale: number;
  readonly attempts: number;
}

export function payloadOf(row: OutboxRow): Happening {
  return JSON.parse(row.payload) as Happening;
}

export function toEvent(row: OutboxRow): HandlerEvent {
  const { id, type, data } = payloadOf(row);
  const event = { id, type, data, occurredAt: new Date(row.occurred_at), isStale: row.is_stale === 1 };
  return event as unknown as HandlerEvent;
}
