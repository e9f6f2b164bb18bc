import { bounded } from "../lib/bounded.ts";
import type { WebhookMessage } from "../messages.ts";
import type { World } from "../world.ts";
import type { BodyOwner } from "./envelope.ts";
import { groupSenderOf, sendAlone } from "./group-sender.ts";
import { insertSpill } from "./spills.ts";

export type FullMessage = WebhookMessage & { readonly body: Uint8Array };

/**
 * The largest body that is tried on the queue. Its limit of 128,000 bytes is on the `v8` encoding with metadata; beside
 * the body stand a few headers of at most 200 characters each.
 */
const MAX_QUEUED_BYTES = 126_000;

/** After these Revento is asked to come again. */
const LIMIT_MS = 3_000;
/** What of them the queue may take, so that the database has time left. */
const QUEUE_LIMIT_MS = 2_000;
/** A pointer that does not leave at once is left to the sweeper. */
const POINTER_LIMIT_MS = 1_000;

/**
 * Makes a message durable: in the queue, or, where the queue refuses it or takes too long, in D1.
 * @returns false where it is in neither: the sender has to come again.
 */
export async function enqueueWebhook(world: World, message: FullMessage, owner: BodyOwner): Promise<boolean> {
  const endsAt = world.now() + LIMIT_MS;
  const isSmall = message.body.byteLength <= MAX_QUEUED_BYTES;
  const sending = isSmall ? await groupSenderOf(world).send(world, message, QUEUE_LIMIT_MS) : "refused";
  return sending === "sent" || spill(world, message, owner, { endsAt, isAnswering: sending === "refused" });
}

/** Spill first, then the pointer: a pointer never arrives before its body. */
async function spill(
  world: World,
  { body, ...rest }: FullMessage,
  owner: BodyOwner,
  { endsAt, isAnswering }: { readonly endsAt: number; readonly isAnswering: boolean },
): Promise<boolean> {
  const spillId = crypto.randomUUID();
  // 0: the sweeper sends the pointer at its next turn.
  const sentAt = isAnswering ? world.now() : 0;
  try {
    await bounded(
      insertSpill(world, { id: spillId, body, rest, owner, sentAt }),
      endsAt - world.now(),
      "spilling a webhook",
    );
  } catch (error) {
    world.log.error("webhook.not_queued", { deliveryId: rest.deliveryId, error: String(error) });
    return false;
  }
  // Durable from here on. A pointer that does not leave is sent by the sweeper.
  const leftMs = Math.min(POINTER_LIMIT_MS, endsAt - world.now());
  if (isAnswering && leftMs > 0) await sendAlone(world, { ...rest, spillId }, leftMs);
  return true;
}
