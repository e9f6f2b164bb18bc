import { bounded, TimedOut } from "../lib/bounded.ts";
import type { WebhookMessage } from "../messages.ts";
import type { World } from "../world.ts";
import type { BodyOwner } from "./envelope.ts";
import { insertSpill } from "./spills.ts";

export type FullMessage = WebhookMessage & { readonly body: Uint8Array };

/**
 * The largest body that is tried on the queue. Its limit of 128,000 bytes is on the `v8` encoding with metadata; beside
 * the body stand a few headers of at most 200 characters each.
 */
const MAX_QUEUED_BYTES = 126_000;

/** Together 3 s: after them Revento is asked to come again. */
const QUEUE_LIMIT_MS = 2_000;
const SPILL_LIMIT_MS = 1_000;

/**
 * Makes a message durable: in the queue, or, where the queue refuses it or takes too long, in D1.
 * @returns false where it is in neither: the sender has to come again.
 */
export async function enqueueWebhook(world: World, message: FullMessage, owner: BodyOwner): Promise<boolean> {
  const isSmall = message.body.byteLength <= MAX_QUEUED_BYTES;
  const sending = isSmall ? await send(world, message, QUEUE_LIMIT_MS) : "refused";
  return sending === "sent" || spill(world, message, owner, sending === "refused");
}

/** Spill first, then the pointer: a pointer never arrives before its body. */
async function spill(
  world: World,
  { body, ...rest }: FullMessage,
  owner: BodyOwner,
  hasTime: boolean,
): Promise<boolean> {
  const spillId = crypto.randomUUID();
  // 0: the sweeper sends the pointer at its next turn.
  const sentAt = hasTime ? world.now() : 0;
  try {
    const limit = hasTime ? QUEUE_LIMIT_MS : SPILL_LIMIT_MS;
    await bounded(
      insertSpill(world, { id: spillId, body, rest, owner, sentAt }),
      limit,
      "spilling a webhook",
    );
  } catch (error) {
    world.log.error("webhook.not_queued", { deliveryId: rest.deliveryId, error: String(error) });
    return false;
  }
  // Durable from here on. A pointer that does not leave is sent by the sweeper.
  if (hasTime) await send(world, { ...rest, spillId }, SPILL_LIMIT_MS);
  return true;
}

async function send(
  world: World,
  message: WebhookMessage,
  limitMs: number,
): Promise<"sent" | "refused" | "timed_out"> {
  try {
    await bounded(world.env.WEBHOOKS.send(message, { contentType: "v8" }), limitMs, "WEBHOOKS.send");
    return "sent";
  } catch (error) {
    world.log.warn("webhook.queue_refused", { deliveryId: message.deliveryId, error: String(error) });
    return error instanceof TimedOut ? "timed_out" : "refused";
  }
}
