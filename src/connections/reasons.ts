/** Why a connection is not active (interface.md, "A connection"). */
export type ConnectionReason =
  | "organizer_revoked"
  | "event_archived"
  | "formal_status_lost"
  | "unpublished"
  | "suspended"
  | "deletion_required"
  | "token_revoked"
  | "lost_rotation"
  | "grant_expired"
  | "invalid_grant";

export type EndedState = "ended" | "reconnect_required";

/**
 * How much each reason tells. A webhook's word over `token_revoked` over `lost_rotation` and `grant_expired` over
 * `invalid_grant`; a cause over the bare `deletion_required`. Whatever arrives first, the more telling one stays; no
 * two that can meet are equal, so that the order never decides. `suspended` is derived and never stored.
 */
const RANKS: Readonly<Record<ConnectionReason, number>> = {
  formal_status_lost: 10,
  event_archived: 9,
  organizer_revoked: 8,
  unpublished: 7,
  suspended: 6,
  deletion_required: 5,
  token_revoked: 4,
  grant_expired: 3,
  lost_rotation: 2,
  invalid_grant: 1,
};

export const reasonRank = (reason: ConnectionReason | null): number => (reason === null ? 0 : RANKS[reason]);

/** Whether `next` tells strictly more than `known`. */
export const isTellingMore = (next: ConnectionReason, known: ConnectionReason | null): boolean =>
  reasonRank(next) > reasonRank(known);

/** A refused refresh asks for consent again; everything else was ended on purpose. */
export function statusForReason(reason: ConnectionReason): EndedState {
  return reason === "invalid_grant" || reason === "lost_rotation" || reason === "grant_expired"
    ? "reconnect_required"
    : "ended";
}

/** `reasonRank` in SQL, for guards. Unknown reasons rank 0. */
export function reasonRankSql(column: string): string {
  const arms = Object.entries(RANKS).map(([reason, rank]) => `WHEN '${reason}' THEN ${rank}`);
  return `CASE ${column} ${arms.join(" ")} ELSE 0 END`;
}
