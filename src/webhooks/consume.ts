import { alertRulesFor, nudgeAlerts } from "../alerts/index.ts";
import { announce } from "../attendance/index.ts";
import type { ConnectionKey } from "../connections/index.ts";
import { isDataError } from "../db/data-error.ts";
import { backoffS } from "../lib/verdict.ts";
import { applyLifecycleEvent } from "../lifecycle/index.ts";
import type { WebhookMessage } from "../messages.ts";
import { nudgeHandlers } from "../outbox/index.ts";
import type { World } from "../world.ts";
import { commit, type Item } from "./commit.ts";
import { bytesOf, ownerOf, readMessage } from "./read-message.ts";
import { loadSpill } from "./spills.ts";

interface Work {
  readonly message: Message<WebhookMessage>;
  readonly item: Item;
}

/** The events whose open pages are to be told, each once a batch. */
type Peopled = Map<string, ConnectionKey>;

/** What one transaction carries at most: bodies are bound two or three times over. */
const MAX_GROUP_BYTES = 2_000_000;

/**
 * Consumer of `WEBHOOKS`. Every message is acknowledged or sent back by name: what is neither would count as done.
 * Bodies that are not of a size for one transaction go in several.
 */
export async function consumeWebhooks(world: World, batch: MessageBatch): Promise<void> {
  const peopled: Peopled = new Map();
  let group: Work[] = [];
  let bytes = 0;
  for (const message of batch.messages as readonly Message<WebhookMessage>[]) {
    const item = await readItem(world, message);
    if (item === null) continue;
    if (bytes + item.bytes.byteLength > MAX_GROUP_BYTES && group.length > 0) {
      await commitGroup(world, group, peopled);
      [group, bytes] = [[], 0];
    }
    group.push({ message, item });
    bytes += item.bytes.byteLength;
  }
  if (group.length > 0) await commitGroup(world, group, peopled);
  await Promise.all(Array.from(peopled.values(), (key) => announce(world, key)));
}

/** Reads one message and applies it where it ends something. Null where it is settled: gone, or to be tried again. */
async function readItem(world: World, message: Message<WebhookMessage>): Promise<Item | null> {
  const { body } = message;
  try {
    const bytes = bytesOf(body) ?? (body.spillId === undefined ? null : await loadSpill(world, body.spillId));
    if (bytes === null) {
      // Its body was processed with another pointer, or erased with its connection.
      message.ack();
      return null;
    }
    const reading = await readMessage(bytes);
    return {
      messageId: message.id,
      attempts: message.attempts,
      deliveryId: body.deliveryId,
      requestId: body.requestId,
      eventName: body.eventName,
      receivedAt: body.receivedAt,
      bytes,
      spillId: body.spillId ?? null,
      reading,
      lifecycleOutcome:
        reading.is === "lifecycle" ? await applyLifecycleEvent(world, reading.happening) : null,
    };
  } catch (error) {
    retry(world, [message], error);
    return null;
  }
}

/** Only an error of the data splits the group: anything else would fail for each alone just the same. */
async function commitGroup(world: World, group: readonly Work[], peopled: Peopled): Promise<void> {
  try {
    const committed = await commit(
      world,
      group.map(({ item }) => item),
    );
    for (const { message } of group) message.ack();
    for (const key of committed.peopled) peopled.set(`${key.eventId}\n${key.organizationId}`, key);
    await nudgeHandlers(world, committed.entries);
    if (group.some(({ item }) => isAlerting(world, item))) await nudgeAlerts(world);
  } catch (error) {
    if (!isDataError(error)) {
      retry(
        world,
        group.map(({ message }) => message),
        error,
      );
    } else if (group.length > 1) {
      for (const work of group) await commitGroup(world, [work], peopled);
    } else await setAside(world, group, error);
  }
}

const isAlerting = (world: World, { reading }: Item): boolean =>
  reading.happening !== null && alertRulesFor(world.config, reading.happening.type).length > 0;

async function setAside(world: World, group: readonly Work[], error: unknown): Promise<void> {
  const [work] = group;
  if (work === undefined) return;
  const { happening } = work.item.reading;
  const owner = ownerOf(work.item.reading);
  const reason = `refused by D1: ${error}`;
  try {
    await commit(world, [{ ...work.item, reading: { is: "bad", happening, owner, reason } }]);
    work.message.ack();
  } catch (second) {
    retry(world, [work.message], second);
  }
}

function retry(world: World, messages: readonly Message[], error: unknown): void {
  const attempts = Math.max(...messages.map((message) => message.attempts));
  world.log.warn("webhooks.batch_failed", { messages: messages.length, attempts, error: String(error) });
  const delaySeconds = backoffS(attempts);
  for (const message of messages) message.retry({ delaySeconds });
}
