import * as z from "zod/mini";

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

const userShape = z.object({ user_id: z.string() });

export function revokedUser(data: unknown): string | null {
  const parsed = userShape.safeParse(data);
  return parsed.success ? parsed.data.user_id : null;
}
