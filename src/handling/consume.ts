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
  const verdict = await decide(world, body, message.attempts);
  if (verdict.do === "retry") return message.retry({ delaySeconds: verdict.inS });
  if (verdict.do === "again") await world.env.HANDLERS.send(body, { delaySeconds: verdict.inS });
  message.ack();
}

async function decide(world: World, body: HandlerMessage, attempts: number): Promise<Verdict> {
  try {
    return await drain(world, body, attempts);
  } catch (error) {
    world.log.error("handlers.drain_failed", { handler: body.handler, attempts, error: String(error) });
    return { do: "retry", inS: backoffS(attempts) };
  }
}
