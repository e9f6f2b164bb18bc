import { backoffS, type Verdict } from "../lib/verdict.ts";
import type { HandlerMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { drain } from "./drain.ts";

/** Consumer of `HANDLERS`: the messages of a batch side by side, so that a slow handler holds up no other. */
export async function consumeHandlers(world: World, batch: MessageBatch): Promise<void> {
  await Promise.all(batch.messages.map((message) => consumeOne(world, message)));
}

async function consumeOne(world: World, message: Message): Promise<void> {
  const body = message.body as HandlerMessage;
  try {
    await settle(world, message, await decide(world, body, message.attempts));
  } catch (error) {
    world.log.warn("handlers.not_settled", { error: String(error) });
    message.retry({ delaySeconds: backoffS(message.attempts) });
  }
}

/** Acknowledges only what is done or sent again. */
async function settle(world: World, message: Message, verdict: Verdict): Promise<void> {
  if (verdict.do === "retry") return message.retry({ delaySeconds: verdict.inS });
  if (verdict.do === "again") {
    await world.env.HANDLERS.send(message.body as HandlerMessage, { delaySeconds: verdict.inS });
  }
  message.ack();
}

async function decide(world: World, body: HandlerMessage, attempts: number): Promise<Verdict> {
  try {
    if (body?.kind !== "drain") throw new Error("no handler message of this kind");
    return await drain(world, body, attempts);
  } catch (error) {
    world.log.error("handlers.drain_failed", { handler: body?.handler, attempts, error: String(error) });
    return { do: "retry", inS: backoffS(attempts) };
  }
}
