import { alertRulesFor, notesFor } from "../alerts/index.ts";
import { SELF_TEST_TYPE } from "../launch/index.ts";
import { bounded } from "../lib/bounded.ts";
import type { Happening } from "../outbox/index.ts";
import type { World } from "../world.ts";
import { enqueueWebhook } from "./enqueue.ts";
import { parseBody, readEnvelope, readOwner, typeOf } from "./envelope.ts";
import { type DeliveryHeaders, readHeaders } from "./headers.ts";
import { readBody } from "./read-body.ts";
import type { Refusal } from "./refusals.ts";
import { isRecent, isSigned } from "./signature.ts";

/** What intake answers: a status and a word, nothing that helps a forger. */
export type IntakeAnswer =
  | { readonly status: 200; readonly word: "accepted" }
  | { readonly status: 400; readonly word: "not_json" | "type_mismatch" | "broken_off" }
  /** `refusal` is for the counters alone; null where it is nobody's but a passer-by's, or the self-test's. */
  | { readonly status: 401; readonly word: "unauthorized"; readonly refusal: Refusal | null }
  | { readonly status: 413; readonly word: "too_large" }
  | { readonly status: 503; readonly word: "not_queued" };

const unauthorized = (refusal: Refusal | null): IntakeAnswer => ({
  status: 401,
  word: "unauthorized",
  refusal,
});

/**
 * Takes a delivery in: raw bytes → signature → window → type → queue. No database (but for spills), no Durable Object
 * and no token stand between the request and the answer.
 */
export async function takeIn(world: World, request: Request): Promise<IntakeAnswer> {
  const headers = readHeaders(request.headers);
  if (headers === null) return unauthorized(null);

  const body = await readBody(request);
  if (!body.ok)
    return body.why === "too_large" ? { status: 413, word: body.why } : { status: 400, word: body.why };

  const isGenuine = await isSigned(world.config, headers, body.bytes);
  if (!isGenuine || !isRecent(headers.timestamp, world.now())) {
    const refusal = isGenuine ? "timestamp" : "signature";
    return unauthorized(headers.eventName === SELF_TEST_TYPE ? null : refusal);
  }

  const parsed = parseBody(body.bytes);
  if (!parsed.ok) return { status: 400, word: "not_json" };
  const type = typeOf(parsed.value);
  if (type !== null && type !== headers.eventName) return { status: 400, word: "type_mismatch" };

  const isQueued = await queue(world, headers, body.bytes, parsed.value);
  return isQueued ? { status: 200, word: "accepted" } : { status: 503, word: "not_queued" };
}

async function queue(
  world: World,
  { eventName, deliveryId, requestId }: DeliveryHeaders,
  body: Uint8Array,
  value: unknown,
): Promise<boolean> {
  const envelope = readEnvelope(value);
  const isEnvelope = typeof envelope !== "string";
  const message = { deliveryId, requestId, eventName, receivedAt: world.now(), body };
  const [isQueued] = await Promise.all([
    enqueueWebhook(world, message, isEnvelope ? envelope : readOwner(value)),
    isEnvelope ? alertFast(world, envelope) : undefined,
  ]);
  return isQueued;
}

const ALERT_LIMIT_MS = 1_000;

/** The fast lane of alerts. What it fails to send, the outbox lane sends: it never fails or delays the intake. */
async function alertFast(world: World, envelope: Happening): Promise<void> {
  if (alertRulesFor(world.config, envelope.type).length === 0) return;
  try {
    const notes = notesFor(world.config, envelope);
    if (notes.length === 0) return;
    await bounded(world.env.ALERTS.send({ kind: "notes", notes }), ALERT_LIMIT_MS, "ALERTS.send");
  } catch (error) {
    world.log.warn("alerts.fast_lane_failed", { type: envelope.type, error: String(error) });
  }
}
