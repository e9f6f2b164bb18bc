import type { HandlerMessage } from "../messages.ts";
import type { World } from "../world.ts";

/** Consumer of `HANDLERS`. */
export async function consumeHandlers(world: World, batch: MessageBatch): Promise<void> {
  for (const message of batch.messages) {
    const { connectionId, handler } = message.body as HandlerMessage;
    world.log.info("handlers.nothing_to_do", { connectionId, handler });
    message.ack();
  }
}
