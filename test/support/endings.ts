import type { ConnectionReason } from "../../src/connections/index.ts";

/** The three ways in which an ending is noticed. */
export type Step = "webhook" | "refusal" | "refresh";

export const ORDERS: readonly (readonly Step[])[] = [
  ["webhook", "refusal", "refresh"],
  ["webhook", "refresh", "refusal"],
  ["refusal", "webhook", "refresh"],
  ["refusal", "refresh", "webhook"],
  ["refresh", "webhook", "refusal"],
  ["refresh", "refusal", "webhook"],
];

/** Why a connection ends, and what has to be known of it when everything has arrived. */
export interface Cause {
  readonly name: string;
  /** What the webhooks of this cause are; in their own order. */
  readonly webhooks: readonly { readonly type: string; readonly reason?: string }[];
  readonly status: string;
  readonly reason: ConnectionReason;
  readonly isErased: boolean;
}

const deletion = (reason: string): Cause["webhooks"][number] => ({ type: "data.deletion_required", reason });

export const CAUSES: readonly Cause[] = [
  ...(["organizer_revoked", "event_archived", "formal_status_lost"] as const).map((reason) => ({
    name: reason,
    webhooks: [deletion(reason)],
    status: "ended",
    reason,
    isErased: true,
  })),
  {
    name: "deletion without a cause",
    webhooks: [{ type: "data.deletion_required" }],
    status: "ended",
    reason: "deletion_required",
    isErased: true,
  },
  { name: "no webhook", webhooks: [], status: "ended", reason: "token_revoked", isErased: false },
];

export const CASES = CAUSES.flatMap((cause) =>
  ORDERS.map((order) => ({ cause, order, title: `${cause.name}: ${order.join(", ")}` })),
);
