import { waitUntil } from "cloudflare:workers";
import { bounded, TimedOut } from "../lib/bounded.ts";
import type { WebhookMessage } from "../messages.ts";
import type { World } from "../world.ts";

export type SendOutcome = "sent" | "refused" | "timed_out";

/** So long a message waits for the send under way to end. Then it leaves, whatever became of that one. */
const PATIENCE_MS = 100;
/** A larger body is sent alone. */
const MAX_GATHERED_BYTES = 16_000;
/** What a group may come to: a call takes 256,000 bytes and 100 messages, and counts what stands beside the bodies. */
const MAX_GROUP_BYTES = 128_000;
const MAX_GROUP = 100;

/** `lead`: the send that was waited for is over, and whoever is told so sends the next group. */
type Word = SendOutcome | "lead";

interface Waiting {
  readonly message: WebhookMessage;
  readonly told: Promise<Word>;
  readonly tell: (word: Word) => void;
}

/**
 * Sends messages of one isolate to the queue. Whoever comes while a send is under way waits for its end, and then one
 * request sends for all that wait (group commit): a storm costs one call for many deliveries, and one delivery at a
 * time waits for nobody.
 *
 * Nobody is told `sent` before the queue has taken their own message. Each request waits for a promise of its own, with
 * a timer of its own, and sends by itself when nobody comes to take its message: a request that sends for others may be
 * cancelled at any moment. What was taken by one that then died is `timed_out`: it may have been sent or not.
 */
export class GroupSender {
  #waiting: Waiting[] = [];
  #underWay: { readonly since: number } | null = null;

  /** @returns whether the queue has the message. `timed_out`: it may have, or may have it later. */
  async send(world: World, message: WebhookMessage, limitMs: number): Promise<SendOutcome> {
    if (sizeOf(message) > MAX_GATHERED_BYTES) return sendAll(world, [message], limitMs);
    const endsAt = world.now() + limitMs;
    const mine = waiting(message);
    const word = this.#isSending(world.now()) ? await this.#wait(mine, limitMs) : "lead";
    if (word === "lead") {
      const leading = this.#lead(world, mine, endsAt);
      // Others may wait for it: it goes on when the client of this request leaves.
      waitUntil(leading);
      return leading;
    }
    return word === "refused" ? sendAll(world, [message], endsAt - world.now()) : word;
  }

  #isSending(now: number): boolean {
    return this.#underWay !== null && now - this.#underWay.since < PATIENCE_MS;
  }

  async #wait(mine: Waiting, limitMs: number): Promise<Word> {
    this.#waiting.push(mine);
    const word = await within(mine.told, PATIENCE_MS);
    if (word !== null) return word;
    const index = this.#waiting.indexOf(mine);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      return "lead";
    }
    return (await within(mine.told, limitMs - PATIENCE_MS)) ?? "timed_out";
  }

  async #lead(world: World, mine: Waiting, endsAt: number): Promise<SendOutcome> {
    const others = this.#takeGroup(sizeOf(mine.message));
    const sending = { since: world.now() };
    this.#underWay = sending;
    const messages = [mine, ...others].map(({ message }) => message);
    const outcome = await sendAll(world, messages, endsAt - sending.since);
    for (const { tell } of others) tell(outcome);
    if (this.#underWay === sending) this.#handOver(world.now());
    // One message may be why the queue refused them all: now each is tried alone.
    const isTriedAlone = outcome === "refused" && others.length > 0;
    return isTriedAlone ? sendAll(world, [mine.message], endsAt - world.now()) : outcome;
  }

  /** Those who wait, in their order, as many as fit beside so many bytes. */
  #takeGroup(bytes: number): Waiting[] {
    let [size, count] = [bytes, 0];
    for (const { message } of this.#waiting.slice(0, MAX_GROUP - 1)) {
      size += sizeOf(message);
      if (size > MAX_GROUP_BYTES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #handOver(now: number): void {
    const next = this.#waiting.shift();
    this.#underWay = next === undefined ? null : { since: now };
    next?.tell("lead");
  }
}

const sizeOf = ({ body }: WebhookMessage): number => body?.byteLength ?? 0;

function waiting(message: WebhookMessage): Waiting {
  const { promise, resolve } = Promise.withResolvers<Word>();
  return { message, told: promise, tell: resolve };
}

/** What `told` says, or null where it says nothing in time. */
async function within(told: Promise<Word>, ms: number): Promise<Word | null> {
  try {
    return await bounded(told, ms, "another request's send");
  } catch {
    return null;
  }
}

async function sendAll(
  world: World,
  messages: readonly WebhookMessage[],
  limitMs: number,
): Promise<SendOutcome> {
  const [first] = messages;
  if (first === undefined) return "sent";
  const queue = world.env.WEBHOOKS;
  const sending =
    messages.length === 1
      ? queue.send(first, { contentType: "v8" })
      : queue.sendBatch(messages.map((body) => ({ body, contentType: "v8" })));
  try {
    await bounded(sending, limitMs, "WEBHOOKS.send");
    return "sent";
  } catch (error) {
    const { deliveryId } = first;
    world.log.warn("webhook.queue_refused", { deliveryId, messages: messages.length, error: String(error) });
    return error instanceof TimedOut ? "timed_out" : "refused";
  }
}

const senders = new WeakMap<Queue, GroupSender>();

/** The one that sends to this queue for the whole isolate. */
export function groupSenderOf({ env }: World): GroupSender {
  const known = senders.get(env.WEBHOOKS);
  if (known !== undefined) return known;
  const sender = new GroupSender();
  senders.set(env.WEBHOOKS, sender);
  return sender;
}
