import { createHmac, randomUUID } from "node:crypto";
import { type Answer, NotTried, type Target } from "./target.ts";

/** Nobody subscribes to this type, no connection has it, and the operator's clean-up removes its records by it. */
export const MARKER = "self_test.preflight";

export interface Delivery {
  readonly deliveryId: string;
  readonly bodyId: string;
  readonly requestId: string;
  readonly body: string;
}

/** A delivery that belongs to no event and no organization. */
export function makeDelivery(now: number, fill = ""): Delivery {
  const bodyId = `preflight-${randomUUID()}`;
  const envelope = {
    id: bodyId,
    type: MARKER,
    occurred_at: new Date(now).toISOString(),
    event_id: null,
    organization_id: null,
    data: fill === "" ? {} : { fill },
  };
  return { deliveryId: randomUUID(), bodyId, requestId: randomUUID(), body: JSON.stringify(envelope) };
}

export const sign = (secret: string, timestamp: string, body: string): string =>
  createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");

export interface Delivering {
  /** Seconds from now that the timestamp is off. */
  readonly skewS?: number;
  /** Takes headers away or changes them after signing. */
  readonly change?: (headers: Record<string, string>) => void;
  /** The body that is sent instead of the one that was signed. */
  readonly body?: string;
  readonly secret?: string;
}

/** Delivers as Revento would, with whatever is wrong in `how`. The signing secret is the caller's. */
export async function deliver(target: Target, delivery: Delivery, how: Delivering = {}): Promise<Answer> {
  const secret = how.secret ?? target.webhookSecret;
  if (secret === null) throw new NotTried("REVENTO_WEBHOOK_SECRET is not known to the caller");
  const timestamp = String(Math.floor(target.now() / 1000) + (how.skewS ?? 0));
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-revento-event": MARKER,
    "x-revento-delivery-id": delivery.deliveryId,
    "x-revento-request-id": delivery.requestId,
    "x-revento-timestamp": timestamp,
    "x-revento-signature": `sha256=${sign(secret, timestamp, delivery.body)}`,
  };
  how.change?.(headers);
  return await target.send("/webhooks/revento", { method: "POST", headers, body: how.body ?? delivery.body });
}
