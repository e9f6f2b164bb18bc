import type { AlertMessage } from "../messages.ts";
import type { World } from "../world.ts";

/** Consumer of `ALERTS`. */
export async function consumeAlerts(world: World, batch: MessageBatch): Promise<void> {
  for (const message of batch.messages) {
    world.log.info("alerts.nothing_to_do", { kind: (message.body as AlertMessage).kind });
    message.ack();
  }
}
