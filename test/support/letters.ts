import { type Letter, storeLetters } from "../../src/webhooks/dead-letters/index.ts";
import type { World } from "../../src/world.ts";
import { messageOf } from "./webhooks.ts";

/** Letters of two queues and two reasons. */
export const MIXED = [
  { id: "w1", queue: "revento-webhooks", reason: "retries used up" },
  { id: "w2", queue: "revento-webhooks", reason: "no envelope" },
  { id: "w3", queue: "revento-webhooks", reason: "retries used up" },
  { id: "s1", queue: "revento-sync", reason: "retries used up" },
] as const;

/** Sets aside messages that do nothing when they are delivered again. */
export async function setAside(
  world: World,
  letters: readonly (Pick<Letter, "id" | "queue" | "reason"> & Partial<Letter>)[],
): Promise<void> {
  const statements = await storeLetters(
    world,
    letters.map((letter) => ({
      type: "thread.updated",
      eventId: "evt_letter",
      organizationId: "org_letter",
      attempts: 3,
      body:
        letter.queue === "revento-webhooks"
          ? messageOf({ type: "unknown.type" })
          : { kind: "users.end", eventId: "evt_letter", before: 0, note: "sealed-away" },
      ...letter,
    })),
  );
  await world.db.raw.batch(statements);
}
