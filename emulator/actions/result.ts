import type { Json } from "../state/snapshots.ts";
import type { Emitted } from "../webhooks/emit.ts";

/** What an action did: the resource afterwards, and the webhooks that it sent, or did not send and why. */
export interface ActionResult {
  result: Json;
  webhooks: Emitted[];
}

export const done = (result: Json, webhooks: Emitted[] = []): ActionResult => ({ result, webhooks });
