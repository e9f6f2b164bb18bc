import { backoffS } from "../../lib/verdict.ts";
import type { WebhookMessage } from "../../messages.ts";
import type { World } from "../../world.ts";
import { ownerOf, readMessage } from "../read-message.ts";
import { deleteSpills, loadSpill } from "../spills.ts";
import { type Letter, QUEUES, type QueueName } from "./letter.ts";
import { aboutOf, storeLetters } from "./store.ts";

const REASON = "retries used up";

/** Consumer of the four dead-letter queues: keeps what its queue gave up on. D1 may be what failed: then try on. */
export async function consumeDeadLetters(world: World, batch: MessageBatch): Promise<void> {
  const queue = QUEUES.find((name) => batch.queue.startsWith(`${name}-dead`));
  for (const message of batch.messages) {
    try {
      if (queue === undefined) throw new Error(`no letters are kept of ${batch.queue}`);
      await keep(world, message, queue);
      message.ack();
    } catch (error) {
      world.log.error("dead_letter.not_kept", { queue: batch.queue, id: message.id, error: String(error) });
      message.retry({ delaySeconds: backoffS(message.attempts) });
    }
  }
}

async function keep(world: World, message: Message, queue: QueueName): Promise<void> {
  const { letter, spillId } = await letterOf(world, message, queue);
  if (letter === null) return;
  const statements = await storeLetters(world, [letter]);
  await world.db.raw.batch([...statements, ...deleteSpills(world, spillId === null ? [] : [spillId])]);
}

async function letterOf(
  world: World,
  message: Message,
  queue: QueueName,
): Promise<{ letter: Letter | null; spillId: string | null }> {
  const common = { id: message.id, queue, reason: REASON, attempts: message.attempts };
  if (queue !== "revento-webhooks") {
    return { letter: { ...common, ...aboutOf(message.body), body: message.body }, spillId: null };
  }
  const { spillId, ...webhook } = message.body as WebhookMessage;
  const bytes = webhook.body ?? (spillId === undefined ? null : await loadSpill(world, spillId));
  if (bytes === null) return { letter: null, spillId: null };
  const reading = await readMessage(bytes);
  const { eventId, organizationId } = ownerOf(reading);
  const about = { type: reading.happening?.type ?? webhook.eventName, eventId, organizationId };
  // The letter holds the body itself: the spill goes with its message.
  return { letter: { ...common, ...about, body: { ...webhook, body: bytes } }, spillId: spillId ?? null };
}
