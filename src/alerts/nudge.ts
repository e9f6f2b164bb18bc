import type { AlertMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { HEAD_START_MS } from "./insert.ts";

/**
 * After the commit of `insertAlerts`: looks once more when the fast lane has had its time. Never throws: what nobody
 * flushes is found by the sweeper.
 */
export async function nudgeAlerts(world: World): Promise<void> {
  try {
    const delaySeconds = HEAD_START_MS / 1000 + 1;
    await world.env.ALERTS.send({ kind: "flush" } satisfies AlertMessage, { delaySeconds });
  } catch (error) {
    world.log.warn("alerts.not_nudged", { error: String(error) });
  }
}
