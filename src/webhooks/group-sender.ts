import { waitUntil } from "cloudflare:workers";
import { bounded, TimedOut } from "../lib/bounded.ts";
import type { WebhookMessage } from "../messages.ts";
import type { World } from "../world.ts";

export type SendOutcome = "sent" | "refused" | "timed_out";

/** So long a message waits to be taken along. Then its own request sends it, and whatever else waits. */
const PATIENCE_MS = 100;
/** A larger body is sent alone. */
const MAX_GATHERED_BYTES = 16_000;
/** What a group may come to: a call takes 256,000 bytes and 100 messages, and counts what stands beside the bodies. */
const MAX_GROUP_BYTES = 128_000;
const MAX_GROUP = 100;
/** What each of a refused group may take alone, and the least that is left for it to be worth a try. */
const ALONE_LIMIT_MS = 500;
const ALONE_LEAST_MS = 300;

type CallOutcome = SendOutcome | "refused_together";
/** `lead`: the send that was waited for is over, and whoever is told so sends the next group. */
type Word = CallOutcome | "lead";

interface Waiting {
  readonly message: WebhookMessage;
  readonly told: Promise<Word>;
  readonly tell: (word: Word) => void;
  /** Nobody listens any more: workerd warns of a promise that is resolved for a request that has ended. */
  isOver: boolean;
}

/**
 * Sends messages of one isolate to the queue. Whoever comes while a send is under way waits for its end, and then one
 * request sends for all that wait (group commit): a storm costs one call for many deliveries. Who comes alone is sent
 * at once.
 *
 * Nobody is told `sent` before the queue has taken their own message. Each request waits for a promise of its own, with
 * a timer of its own, and sends by itself when nobody takes its message along in time: whoever was to may have been
 * cancelled. A call that hangs costs all that it carries their limit, a hundred deliveries at most.
 */
export class GroupSender {
  #waiting: Waiting[] = [];
  #underWay: { readonly since: number } | null = null;

  /** @returns whether the queue has the message. `timed_out`: it may have, or may have it later. */
  async send(world: World, message: WebhookMessage, limitMs: number): Promise<SendOutcome> {
    if (sizeOf(message) > MAX_GATHERED_BYTES) return sendAlone(world, message, limitMs);
    const endsAt = world.now() + limitMs;
    const outcome = await this.#sendOrWait(world, waiting(message), limitMs);
    if (outcome !== "refused_together") return outcome;
    // One message may be why the queue refused them all: now each is tried alone.
    const leftMs = Math.min(ALONE_LIMIT_MS, endsAt - world.now());
    return leftMs < ALONE_LEAST_MS ? "refused" : sendAlone(world, message, leftMs);
  }

  async #sendOrWait(world: World, mine: Waiting, limitMs: number): Promise<CallOutcome> {
    const isFirst = !this.#isSending(world.now());
    const word = isFirst ? "lead" : await this.#wait(mine, limitMs);
    if (word !== "lead") return word;
    // By timers, not by the clock, which may jump. Others may depend on it: it goes on when the client leaves.
    const leading = this.#lead(world, mine, isFirst ? limitMs : limitMs - PATIENCE_MS);
    waitUntil(leading);
    return leading;
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
    const late = await within(mine.told, limitMs - PATIENCE_MS);
    mine.isOver = late === null;
    return late ?? "timed_out";
  }

  async #lead(world: World, mine: Waiting, limitMs: number): Promise<CallOutcome> {
    const others = this.#takeGroup(sizeOf(mine.message));
    const sending = { since: world.now() };
    this.#underWay = sending;
    const messages = [mine, ...others].map(({ message }) => message);
    const sent = await sendAll(world, messages, limitMs);
    const outcome = sent === "refused" && others.length > 0 ? "refused_together" : sent;
    for (const { isOver, tell } of others) if (!isOver) tell(outcome);
    if (this.#underWay === sending) this.#handOver(world.now());
    return outcome;
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
  return { message, told: promise, tell: resolve, isOver: false };
}

/** What `told` says, or null where it says nothing in time. */
async function within(told: Promise<Word>, ms: number): Promise<Word | null> {
  try {
    return await bounded(told, ms, "another request's send");
  } catch {
    return null;
  }
}

/** Sends one message in a call of its own, whatever else is under way. */
export const sendAlone = (world: World, message: WebhookMessage, limitMs: number): Promise<SendOutcome> =>
  sendAll(world, [message], limitMs);

/** One call for all of them. */
async function sendAll(
  { env, log }: World,
  messages: readonly WebhookMessage[],
  limitMs: number,
): Promise<SendOutcome> {
  const [first] = messages;
  if (first === undefined) return "sent";
  try {
    const sending =
      messages.length === 1
        ? env.WEBHOOKS.send(first, { contentType: "v8" })
        : env.WEBHOOKS.sendBatch(messages.map((body) => ({ body, contentType: "v8" })));
    await bounded(sending, limitMs, "WEBHOOKS.send");
    return "sent";
  } catch (error) {
    const { deliveryId } = first;
    log.warn("webhook.queue_refused", { deliveryId, messages: messages.length, error: String(error) });
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
