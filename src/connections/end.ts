import type { World } from "../world.ts";
import type { ConnectionKey } from "./connection.ts";
import { type ConnectionReason, reasonRank, reasonRankSql, statusForReason } from "./reasons.ts";

export interface Ending extends ConnectionKey {
  readonly reason: ConnectionReason;
  /** Our clock, epoch ms. */
  readonly at: number;
  /** The life it ends: exactly this generation, … */
  readonly generation?: number;
  /** … or the life that was running at this time on Revento's clock (a webhook's `occurred_at`). */
  readonly occurredAt?: number;
  /** `data.deletion_required`: the data has to go. */
  readonly isDeletionRequired?: boolean;
}

// A less telling reason never replaces a more telling one; `ended` never becomes `reconnect_required` again.
const END = `
UPDATE connections SET
  reason = CASE WHEN ?1 > ${reasonRankSql("reason")} THEN ?2 ELSE reason END,
  state = CASE WHEN ?1 > ${reasonRankSql("reason")} OR state = 'active' THEN ?3 ELSE state END,
  ended_at = coalesce(ended_at, ?4),
  deletion_requested_at = CASE WHEN ?5 THEN coalesce(deletion_requested_at, ?4) ELSE deletion_requested_at END
WHERE event_id = ?6 AND organization_id = ?7 AND (?8 IS NULL OR generation = ?8) AND (?9 IS NULL OR connected_at <= ?9)
  AND (state = 'active' OR ?1 > ${reasonRankSql("reason")} OR (?5 AND deletion_requested_at IS NULL))
RETURNING id`;

const GUARD = `
UPDATE guards SET state = c.state FROM connections c
WHERE guards.event_id = ?1 AND guards.organization_id = ?2 AND c.event_id = ?1 AND c.organization_id = ?2
  AND c.generation = guards.generation`;

/**
 * Ends a life of a connection, or improves what is known of its end. The guard row is updated in the same
 * transaction, so that every write under way does nothing from then on.
 * @returns the surrogate id where something changed, null where the ending is late, replayed or tells nothing new.
 */
export async function endConnection(world: World, ending: Ending): Promise<string | null> {
  const { eventId, organizationId, reason } = ending;
  const [ended] = await world.db.raw.batch<{ id: string }>([
    world.db.raw
      .prepare(END)
      .bind(
        reasonRank(reason),
        reason,
        ending.isDeletionRequired === true ? "ended" : statusForReason(reason),
        ending.at,
        ending.isDeletionRequired === true ? 1 : 0,
        eventId,
        organizationId,
        ending.generation ?? null,
        ending.occurredAt ?? null,
      ),
    world.db.raw.prepare(GUARD).bind(eventId, organizationId),
  ]);
  return ended?.results[0]?.id ?? null;
}
