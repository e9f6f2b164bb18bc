import type { ConnectionReason } from "../connections/index.ts";

/** One erasure as the ledger keeps it. Times are our clock, epoch ms. `id` is the surrogate connection id. */
export interface Erasure {
  readonly id: string;
  readonly eventId: string;
  readonly organizationId: string;
  readonly generation: number;
  /** `connected_at` of the life that ended, Revento's clock: a reconnect since has a later one. */
  readonly connectedAt: number;
  readonly reason: ConnectionReason;
  /** `revento`, `operator` or `day 25`. */
  readonly by: string;
  readonly requestedAt: number;
  /** Thirty days after the request; on day 25, after the end: whatever webhook was missed, it came then. */
  readonly deadlineAt: number;
  /** When a second look first found nothing. */
  readonly erasedAt: number | null;
  /** When the retention of the queues had passed as well. */
  readonly completedAt: number | null;
  /** When it was last applied again, after a restore of the database. */
  readonly reappliedAt: number | null;
  /** Rows erased, by table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly proof: ErasureProof | null;
  /** When its next job is to run, or the one under way began; absent in entries from before this was noted. */
  readonly nextJobAt?: number;
}

/** A second look: every table searched again for the connection's rows. */
export interface ErasureProof {
  readonly lookedAt: number;
  readonly tables: number;
  readonly rows: number;
}

export type RequestedErasure = Pick<
  Erasure,
  | "id"
  | "eventId"
  | "organizationId"
  | "generation"
  | "connectedAt"
  | "reason"
  | "by"
  | "requestedAt"
  | "deadlineAt"
>;

/** A suspension or unpublishing, remembered outside the database too. */
export interface PlatformEvent {
  readonly key: "suspended_at" | "unpublished_at";
  readonly at: number;
}

/** What a job of an erasure finds in the ledger: the entry, or that another job of it waits for its time. */
export type TakenErasure =
  | { readonly kind: "taken"; readonly erasure: Erasure }
  | { readonly kind: "waits_elsewhere" }
  | { readonly kind: "unknown" };

export const ERASURE_DEADLINE_MS = 30 * 86_400_000;
