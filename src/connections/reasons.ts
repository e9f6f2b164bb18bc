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
 * `invalid_grant`; a cause over the bare `deletion_required`. Whatever arrives first, the more telling one stays.
 */
const RANKS: Readonly<Record<ConnectionReason, number>> = {
  organizer_revoked: 5,
  event_archived: 5,
  formal_status_lost: 5,
  unpublished: 5,
  suspended: 4,
  deletion_required: 4,
  token_revoked: 3,
  lost_rotation: 2,
  grant_expired: 2,
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
