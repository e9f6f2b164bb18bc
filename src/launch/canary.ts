import type { CanaryMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { beginTrials, finishTrial } from "./store.ts";

/** Queues by the name that their consumer knows: without the suffix of an environment. */
export const CANARY_QUEUES = [
  "revento-webhooks",
  "revento-sync",
  "revento-alerts",
  "revento-handlers",
  "revento-webhooks-dead",
  "revento-sync-dead",
  "revento-alerts-dead",
  "revento-handlers-dead",
] as const;

const trialOf = (queue: string): string => `queue:${queue}`;

const isCanary = (body: unknown): body is CanaryMessage =>
  typeof body === "object" && body !== null && "kind" in body && body.kind === "canary";

/** Sends a message through every queue, those of dead letters among them. Whether it came back stands in the trials. */
export async function sendCanaries(world: World): Promise<string> {
  const id = crypto.randomUUID();
  const message: CanaryMessage = { kind: "canary", id };
  const { WEBHOOKS, SYNC, ALERTS, HANDLERS, WEBHOOKS_DEAD, SYNC_DEAD, ALERTS_DEAD, HANDLERS_DEAD } =
    world.env;
  await beginTrials(world, CANARY_QUEUES.map(trialOf), id);
  await Promise.all([
    WEBHOOKS.send(message, { contentType: "v8" }),
    ...[SYNC, ALERTS, HANDLERS, WEBHOOKS_DEAD, SYNC_DEAD, ALERTS_DEAD, HANDLERS_DEAD].map((queue) =>
      queue.send(message),
    ),
  ]);
  return id;
}

/**
 * Takes the canaries out of a batch, and answers with the rest. A canary does no work: it proves that the queue has a
 * consumer, and that this is the code that consumes.
 */
export async function takeCanaries(world: World, queue: string, batch: MessageBatch): Promise<MessageBatch> {
  const canaries = batch.messages.filter(({ body }) => isCanary(body));
  if (canaries.length === 0) return batch;
  for (const message of canaries) {
    const { id } = message.body as CanaryMessage;
    // Lost rather than retried: a canary that disturbs the work of its batch would be no help.
    await finishTrial(world, trialOf(queue), id).catch((error: unknown) =>
      world.log.warn("canary.not_recorded", { queue, error: String(error) }),
    );
    message.ack();
  }
  return {
    queue: batch.queue,
    metadata: batch.metadata,
    messages: batch.messages.filter(({ body }) => !isCanary(body)),
    ackAll: () => batch.ackAll(),
    retryAll: (options) => batch.retryAll(options),
  };
}
