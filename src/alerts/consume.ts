import type { AlertChannel } from "../alert-rules.ts";
import { backoffS } from "../lib/verdict.ts";
import type { AlertMessage, AlertNote } from "../messages.ts";
import type { World } from "../world.ts";
import { compose } from "./compose.ts";
import { dispatch } from "./dispatch.ts";
import { insertNotes, NOT_OVER } from "./insert.ts";
import { notesForSignal } from "./notes.ts";
import { sendMessage } from "./send.ts";

/** Consumer of `ALERTS`: one message at a time, each at once. */
export async function consumeAlerts(world: World, batch: MessageBatch): Promise<void> {
  await Promise.all(batch.messages.map((message) => consumeOne(world, message)));
}

async function consumeOne(world: World, message: Message): Promise<void> {
  let notes: readonly AlertNote[] = [];
  try {
    const body = message.body as AlertMessage;
    notes = notesOf(world, body);
    if (body.kind !== "flush" && notes.length === 0) return message.ack();
    const isSettled =
      body.kind === "flush"
        ? await dispatch(world, flushed(world, body.channel))
        : await dispatch(world, channelsOf(world, notes), insertNotes(world, notes, world.now(), NOT_OVER));
    if (isSettled) message.ack();
    else message.retry({ delaySeconds: backoffS(message.attempts) });
  } catch (error) {
    world.log.error("alerts.dispatch_failed", { attempts: message.attempts, error: String(error) });
    if (message.attempts === 1) await sendAtOnce(world, notes);
    message.retry({ delaySeconds: backoffS(message.attempts) });
  }
}

/** @throws where it is no message that this deploy knows: it comes again, and at last to the dead letters. */
function notesOf(world: World, body: AlertMessage): readonly AlertNote[] {
  switch (body.kind) {
    case "notes":
      return body.notes;
    case "signal":
      return notesForSignal(world.config, body);
    case "flush":
      return [];
    default:
      throw new Error("no alert message of this kind");
  }
}

/**
 * The database does not answer: the alert goes out all the same, at the first attempt, without limit or grouping. The
 * retry, or the outbox lane, may say it again: PagerDuty recognises it, the others get it twice rather than late.
 */
async function sendAtOnce(world: World, notes: readonly AlertNote[]): Promise<void> {
  const sends = notes.flatMap((note) =>
    channelsOf(world, [note]).map((channel) => {
      const { rule, action, dedupKey, text, bodyId } = note;
      const row = { id: 0, rule, action, dedup_key: dedupKey, text, attempts: 1, batch: `${bodyId}:${rule}` };
      return sendMessage(world, channel, compose([row]));
    }),
  );
  await Promise.all(sends);
}

/** The channels of the rules that notes belong to; a rule that a deploy has removed has none. */
function channelsOf(world: World, notes: readonly AlertNote[]): readonly AlertChannel[] {
  const { rules, channels } = world.config.alertRules;
  const ids = new Set(notes.map(({ rule }) => rule));
  const names = new Set(rules.filter(({ id }) => ids.has(id)).flatMap((rule) => rule.channels));
  return [...names].map((name) => channels.get(name)).filter((channel) => channel !== undefined);
}

function flushed(world: World, name: string | undefined): readonly AlertChannel[] {
  const channels = [...world.config.alertRules.channels.values()];
  return name === undefined ? channels : channels.filter((channel) => channel.name === name);
}
