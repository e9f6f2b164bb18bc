import { asText, asTime, isObject } from "../lib/json.ts";
import type { Happening } from "../outbox/index.ts";

export type ParsedBody =
  | { readonly ok: true; readonly text: string; readonly value: unknown }
  | { readonly ok: false };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** The JSON of a body, or that it is none: also where it is not UTF-8. */
export function parseBody(bytes: Uint8Array): ParsedBody {
  try {
    const text = decoder.decode(bytes);
    return { ok: true, text, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** The `type` of a signed body, or null where it has none. */
export const typeOf = (value: unknown): string | null => (isObject(value) ? asText(value.type) : null);

/** Longer ids than these are none: they would become keys. */
const MAX_ID_LENGTH = 200;

const asId = (value: unknown): string | null => {
  const id = asText(value);
  return id === null || id.length > MAX_ID_LENGTH || id.includes("\0") || !id.isWellFormed() ? null : id;
};

/** Whose people a body is about, so that an erasure finds what is kept of it. */
export interface BodyOwner {
  readonly eventId: string | null;
  readonly organizationId: string | null;
}

/** The owner that a body names: also where the rest of its envelope is malformed, or nests too deep to be read. */
export const readOwner = (value: unknown): BodyOwner =>
  isObject(value)
    ? { eventId: asId(value.event_id), organizationId: asId(value.organization_id) }
    : { eventId: null, organizationId: null };

/** `null` or absent is no id; anything else that is none makes the envelope malformed. */
const asOptionalId = (value: unknown): string | null | undefined =>
  value === null || value === undefined ? null : (asId(value) ?? undefined);

/** The envelope of a signed body (contract section 5), or what is wrong with it. */
export function readEnvelope(value: unknown): Happening | string {
  if (!isObject(value)) return "the body is no object";
  const id = asId(value.id);
  const type = asId(value.type);
  const occurredAt = asTime(value.occurred_at);
  const eventId = asOptionalId(value.event_id);
  const organizationId = asOptionalId(value.organization_id);
  if (id === null) return "id is missing";
  if (type === null) return "type is missing";
  if (occurredAt === null) return "occurred_at is no time";
  if (eventId === undefined || organizationId === undefined) return "event_id or organization_id is no id";
  return { id, type, occurredAt, eventId, organizationId, data: isObject(value.data) ? value.data : {} };
}
