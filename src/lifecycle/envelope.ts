import * as z from "zod/mini";
import { asText, isObject } from "../lib/json.ts";

/** The signed body of a lifecycle webhook, as the consumer parsed it. `occurredAt` is Revento's clock, epoch ms. */
export interface LifecycleEnvelope {
  readonly type: string;
  readonly occurredAt: number;
  readonly eventId: string | null;
  readonly organizationId: string | null;
  readonly data: unknown;
}

/** `stale`: about a life that is over or was never there; `ignored`: names nothing that we know. */
export type LifecycleOutcome = "applied" | "stale" | "ignored";

const LIFECYCLE_TYPES = [
  "data.deletion_required",
  "user.revoked_access",
  "integration.suspended",
  "integration.unpublished",
];

export const isLifecycleType = (type: string): boolean => LIFECYCLE_TYPES.includes(type);

const CAUSES = ["organizer_revoked", "event_archived", "formal_status_lost", "unpublished"] as const;

const deletionShape = z.object({ reason: z.catch(z.nullable(z.enum(CAUSES)), null) });

/** The cause where the webhook tells one we know, else the bare fact. The field is an assumption of the contract. */
export function deletionReason(data: unknown): (typeof CAUSES)[number] | "deletion_required" {
  const parsed = deletionShape.safeParse(data);
  return (parsed.success ? parsed.data.reason : null) ?? "deletion_required";
}

/** Where the id of the user stands is an assumption of the contract: alone, inside of the user, or as the user's own. */
export function revokedUser(data: unknown): string | null {
  if (!isObject(data)) return null;
  return asText(data.user_id) ?? (isObject(data.user) ? asText(data.user.id) : null) ?? asText(data.id);
}

/**
 * What is missing of a webhook that asks to forget somebody or something, or null. It waits for the operator then: to
 * acknowledge it and do nothing would keep what has to go.
 */
export function missingOf({ type, eventId, organizationId, data }: LifecycleEnvelope): string | null {
  if (type === "data.deletion_required")
    return eventId === null || organizationId === null ? "no event_id or organization_id" : null;
  if (type !== "user.revoked_access") return null;
  if (eventId === null) return "no event_id";
  return revokedUser(data) === null ? `no ${type} snapshot` : null;
}
