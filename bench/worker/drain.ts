import type { WebhookMessage } from "../../src/messages.ts";
import { consumeWebhooks } from "../../src/webhooks/index.ts";
import type { World } from "../../src/world.ts";
import { keyOf } from "./seed.ts";

/** People of one event. */
const PEOPLE = 2_500;
/** One delivery in so many comes twice: the cost model's 2 %. */
const REPEATED = 50;
const TYPES = ["application.approved", "application.rejected", "participant.profile_updated"] as const;

export interface Drain {
  readonly from: number;
  readonly count: number;
  readonly connections: number;
  /** Messages of a batch. */
  readonly size: number;
  /** Consumers that work at once. */
  readonly consumers: number;
}

/** Consumes messages as the queue would hand them over: in batches, events mixed. @returns how many came back */
export async function drain(
  world: World,
  { from, count, connections, size, consumers }: Drain,
): Promise<number> {
  let [next, sentBack] = [from, 0];
  const consumer = async () => {
    while (next < from + count) {
      const start = next;
      next += size;
      sentBack += await consumeBatch(
        world,
        Array.from({ length: size }, (_, offset) => messageOf(start + offset, connections)),
      );
    }
  };
  await Promise.all(Array.from({ length: consumers }, consumer));
  return sentBack;
}

/** @returns how many messages were sent back; throws where one was neither that nor acknowledged. */
async function consumeBatch(world: World, messages: readonly WebhookMessage[]): Promise<number> {
  let [acked, sentBack] = [0, 0];
  const batch = {
    queue: "revento-webhooks",
    messages: messages.map((body, offset) => ({
      id: `${offset}`,
      timestamp: new Date(),
      attempts: 1,
      body,
      ack: () => {
        acked++;
      },
      retry: () => {
        sentBack++;
      },
    })),
    ackAll: () => {},
    retryAll: () => {},
  };
  await consumeWebhooks(world, batch as unknown as MessageBatch);
  if (acked + sentBack !== messages.length)
    throw new Error(`${acked} of ${messages.length} were acknowledged`);
  return sentBack;
}

function messageOf(index: number, connections: number): WebhookMessage {
  const original = index % REPEATED === REPEATED - 1 ? index - 1 : index;
  const { eventId, organizationId } = keyOf(original % connections);
  const participant = `ptp_${Math.imul(original, 2_654_435_761) >>> 0}`.slice(0, 8) + (original % PEOPLE);
  const type = TYPES[original % TYPES.length] ?? TYPES[0];
  const common = {
    user_id: `usr_${original}`,
    custom_form_fields: { favorite_track: "Ścieżka", arrival_day: "2026-11-21" },
  };
  const data =
    type === "participant.profile_updated"
      ? { id: participant, display_name: `Osoba ${original}`, email: `p${original}@example.test`, ...common }
      : { id: `app_${participant}`, participant_id: participant, status: type.split(".")[1], ...common };
  const body = {
    id: `body_${original}`,
    type,
    occurred_at: new Date(1_700_000_000_000 + original * 1_000).toISOString(),
    event_id: eventId,
    organization_id: organizationId,
    data,
  };
  return {
    deliveryId: `delivery-${original}`.padEnd(36, "0"),
    requestId: null,
    eventName: type,
    receivedAt: index,
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}
