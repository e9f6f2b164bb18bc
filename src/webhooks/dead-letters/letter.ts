import { fromBase64Url, toBase64Url } from "../../lib/encoding.ts";
import { isObject } from "../../lib/json.ts";
import { seal, unseal } from "../../lib/seal.ts";
import type { WebhookMessage } from "../../messages.ts";
import type { World } from "../../world.ts";

/** The queues whose messages can be set aside. */
export const QUEUES = ["revento-webhooks", "revento-sync", "revento-alerts", "revento-handlers"] as const;
export type QueueName = (typeof QUEUES)[number];

/** A message to set aside. */
export interface Letter {
  /** The platform's id of the message: setting it aside twice makes one letter. */
  readonly id: string;
  readonly queue: QueueName;
  readonly reason: string;
  readonly type: string | null;
  readonly eventId: string | null;
  readonly organizationId: string | null;
  readonly attempts: number;
  readonly body: unknown;
}

export const placeOf = (id: string) => ({ sub: id, field: "dead_letter" });

/** The message, sealed to its letter. Bytes travel as base64url: a body full of quotes must not double in size. */
export function sealBody(world: World, { id, queue, body }: Letter): Promise<string> {
  const plain = queue === "revento-webhooks" ? withTextBody(body as WebhookMessage) : body;
  return seal(world.config.tokenKeys, placeOf(id), JSON.stringify(plain));
}

function withTextBody({ body, ...rest }: WebhookMessage): unknown {
  return { ...rest, ...(body === undefined ? {} : { body: toBase64Url(new Uint8Array(body)) }) };
}

/** The message of a letter, or null where no key of the ring opens it. */
export async function openBody(world: World, id: string, queue: string, sealed: string): Promise<unknown> {
  const opened = await unseal(world.config.tokenKeys, placeOf(id), sealed);
  if (!opened.ok) return null;
  const plain: unknown = JSON.parse(opened.text);
  if (queue !== "revento-webhooks" || !isObject(plain) || typeof plain.body !== "string") return plain;
  return { ...plain, body: fromBase64Url(plain.body) ?? new Uint8Array() };
}
