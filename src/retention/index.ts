/** What is thrown away by age (shared rules: deliveries 30 days, calls and jobs 14). The one public file of this feature. */
import { ACK, type Verdict } from "../lib/verdict.ts";
import type { SyncMessage } from "../messages.ts";
import type { World } from "../world.ts";
import { forgetGlobal } from "./global.ts";
import { forgetOf, nextConnections } from "./per-connection.ts";

/** Cron, daily. */
export async function scheduleRetention(world: World, scheduledAt: number): Promise<void> {
  await world.env.SYNC.send({ kind: "cron.page", job: "retention", scheduledAt, cursor: null });
}

/** The global tables with the first page, then connection by connection. */
export async function runRetention(
  world: World,
  message: Extract<SyncMessage, { kind: "cron.page" }>,
): Promise<Verdict> {
  if (message.cursor === null && !(await forgetGlobal(world))) return { do: "again", inS: 0 };
  const ids = await nextConnections(world, message.cursor ?? "");
  for (const id of ids) {
    if (!(await forgetOf(world, id))) return { do: "again", inS: 0 };
  }
  const last = ids.at(-1);
  if (last !== undefined) await world.env.SYNC.send({ ...message, cursor: last });
  return ACK;
}
