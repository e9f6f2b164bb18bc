import { asText, isObject } from "../../lib/json.ts";
import { keyIdOf } from "../../lib/seal.ts";
import type { World } from "../../world.ts";
import { type Letter, sealBody } from "./letter.ts";

// What belongs to a connection that has ended is not kept: its data is on the way out, or out.
const STORE = `
INSERT INTO dead_letters (id, connection_id, queue, reason, type, event_id, organization_id, set_aside_at, attempts,
  sealed, key_id, delivery_id)
SELECT ?1, coalesce((SELECT connection_id FROM guards WHERE event_id = ?5 AND organization_id = ?6), ''), ?2, ?3, ?4,
  ?5, ?6, ?7, ?8, ?9, ?10, ?11
WHERE NOT EXISTS (SELECT 1 FROM guards WHERE event_id = ?5 AND organization_id = ?6 AND state = 'ended')
ON CONFLICT (id) DO NOTHING`;

/** The statements that keep letters, sealed, for the caller's batch. */
export function storeLetters(world: World, letters: readonly Letter[]): Promise<D1PreparedStatement[]> {
  return Promise.all(
    letters.map(async (letter) => {
      const { id, queue, reason, type, eventId, organizationId, attempts } = letter;
      const sealed = await sealBody(world, letter);
      return world.db.raw
        .prepare(STORE)
        .bind(
          id,
          queue,
          reason,
          type,
          eventId,
          organizationId,
          world.now(),
          attempts,
          sealed,
          keyIdOf(sealed),
          deliveryIdOf(letter),
        );
    }),
  );
}

const deliveryIdOf = ({ queue, body }: Letter): string | null =>
  queue === "revento-webhooks" && isObject(body) ? asText(body.deliveryId) : null;

/** Sets aside a message of the `SYNC` queue for which there is no job, or that asks for it. */
export async function setAsideJob(world: World, message: Message, reason: string): Promise<void> {
  const [statement] = await storeLetters(world, [
    {
      id: message.id,
      queue: "revento-sync",
      reason,
      ...aboutOf(message.body),
      attempts: message.attempts,
      body: message.body,
    },
  ]);
  await statement?.run();
}

/** What a message of our own says about itself. */
export function aboutOf(body: unknown): Pick<Letter, "type" | "eventId" | "organizationId"> {
  const message = isObject(body) ? body : {};
  // The notes of an alert message come from one event, whose people their texts may name.
  const [note] = Array.isArray(message.notes) ? message.notes : [];
  const life = [message.life, note].find(isObject) ?? message;
  return {
    type: asText(message.kind),
    eventId: asText(life.eventId),
    organizationId: asText(life.organizationId),
  };
}
