import type { HandlerMessage } from "../messages.ts";
import type { World } from "../world.ts";

/** The most messages that one `sendBatch` takes. */
const MAX_BATCH = 100;

/**
 * Wakes the handlers of entries that were just committed: one message for each (connection, handler). Never throws:
 * what is committed and not nudged is found by the sweeper.
 */
export async function nudgeHandlers(
  world: World,
  entries: readonly { readonly connectionId: string; readonly targets: readonly string[] }[],
): Promise<void> {
  const drains = new Map<string, HandlerMessage>();
  for (const { connectionId, targets } of entries) {
    for (const handler of targets) {
      drains.set(`${connectionId}\n${handler}`, { kind: "drain", connectionId, handler });
    }
  }
  const messages = [...drains.values()].map((body) => ({ body }));
  try {
    for (let start = 0; start < messages.length; start += MAX_BATCH) {
      await world.env.HANDLERS.sendBatch(messages.slice(start, start + MAX_BATCH));
    }
  } catch (error) {
    world.log.warn("handlers.not_nudged", { messages: messages.length, error: String(error) });
  }
}
