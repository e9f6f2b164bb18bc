import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { consume } from "../../src/jobs.ts";
import { toHex, utf8 } from "../../src/lib/encoding.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import type { World } from "../../src/world.ts";
import { testSettings } from "./settings.ts";
import { testWorld } from "./world.ts";

export async function sign(
  body: string | Uint8Array,
  timestamp: string,
  secret = testSettings.REVENTO_WEBHOOK_SECRET,
) {
  const bytes = typeof body === "string" ? utf8(body) : body;
  const prefix = utf8(`${timestamp}.`);
  const signed = new Uint8Array(prefix.length + bytes.length);
  signed.set(prefix);
  signed.set(bytes, prefix.length);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8(secret), algorithm, false, ["sign"]);
  return `sha256=${toHex(await crypto.subtle.sign("HMAC", key, signed))}`;
}

export interface Envelope {
  readonly id?: string;
  readonly type: string;
  readonly occurred_at?: string;
  readonly event_id?: string | null;
  readonly organization_id?: string | null;
  readonly data?: unknown;
}

export const envelope = (parts: Envelope) => ({
  id: crypto.randomUUID(),
  occurred_at: new Date().toISOString(),
  event_id: null,
  organization_id: null,
  data: {},
  ...parts,
});

/** A rightly signed delivery of a body, with any header replaced (null: left out). */
export async function delivery(
  body: string | Uint8Array<ArrayBuffer>,
  replaced: Readonly<Record<string, string | null>> = {},
  eventName = "application.approved",
): Promise<Request> {
  const timestamp = replaced["X-Revento-Timestamp"] ?? String(Math.floor(Date.now() / 1000));
  const headers: Record<string, string | null> = {
    "X-Revento-Event": eventName,
    "X-Revento-Delivery-Id": crypto.randomUUID(),
    "X-Revento-Timestamp": timestamp,
    "X-Revento-Signature": await sign(body, timestamp),
    ...replaced,
  };
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
  return new Request("https://integration.test/webhooks/revento", {
    method: "POST",
    headers: Object.fromEntries(present),
    body,
  });
}

export const deliver = async (...parts: Parameters<typeof delivery>): Promise<Response> =>
  exports.default.fetch(await delivery(...parts));

/** A queue that keeps what is sent to it, in the place of the real one. */
export function heldQueue<Body>(): Queue<Body> & { readonly sent: Body[] } {
  const sent: Body[] = [];
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 } };
  return {
    sent,
    send: async (body: Body) => {
      sent.push(body);
      return { metadata };
    },
    sendBatch: async (messages: Iterable<MessageSendRequest<Body>>) => {
      for (const { body } of messages) sent.push(body);
      return { metadata };
    },
  } as unknown as Queue<Body> & { readonly sent: Body[] };
}

export const messageOf = (parts: Envelope, deliveryId: string = crypto.randomUUID()): WebhookMessage => ({
  deliveryId,
  requestId: null,
  eventName: parts.type,
  receivedAt: Date.now(),
  body: utf8(JSON.stringify(envelope(parts))),
});

export interface Consumed {
  readonly acked: readonly string[];
  readonly retried: readonly string[];
  /** Places in the batch of what is to come again. */
  readonly retriedIndexes: readonly number[];
  /** After how many seconds each of them is to come again; undefined where the consumer did not say. */
  readonly delays: readonly (number | undefined)[];
}

/** What the messages of a batch are asked to wait, by id: the result of the batch does not tell it. */
function delaysAskedOf(batch: MessageBatch): ReadonlyMap<string, number | undefined> {
  const delayOf = new Map<string, number | undefined>();
  for (const message of batch.messages) {
    const retry = message.retry.bind(message);
    message.retry = (options) => {
      delayOf.set(message.id, options?.delaySeconds);
      retry(options);
    };
  }
  return delayOf;
}

/** Runs messages through the consumer of a queue as one batch. Ids are `m0`, `m1`, … */
export async function consumeNow(
  messages: readonly unknown[],
  world: World = testWorld(),
  queue = "revento-webhooks",
  attempts = 1,
): Promise<Consumed> {
  const batch = createMessageBatch(
    queue,
    messages.map((body, index) => ({
      id: `m${index}-${crypto.randomUUID()}`,
      timestamp: new Date(),
      attempts,
      body,
    })),
  );
  const ctx = createExecutionContext();
  const delayOf = delaysAskedOf(batch);
  await consume(world, batch);
  const result = await getQueueResult(batch, ctx);
  const retried = result.retryMessages.map(({ msgId }) => msgId);
  return {
    acked: result.explicitAcks,
    retried,
    retriedIndexes: retried.map((id) => Number(/^m(\d+)-/.exec(id)?.[1])),
    delays: retried.map((id) => delayOf.get(id)),
  };
}

export const rowsOf = async <Row>(sql: string, ...values: unknown[]): Promise<Row[]> =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<Row>()
  ).results;
