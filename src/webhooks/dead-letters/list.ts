import type { World } from "../../world.ts";
import type { DeadLetterFilter } from "./filter.ts";

/** A message set aside, as the operator sees it: never its content. */
export interface DeadLetter {
  readonly id: string;
  readonly queue: string;
  readonly reason: string;
  readonly type: string | null;
  readonly eventId: string | null;
  readonly organizationId: string | null;
  /** Our clock, epoch ms. */
  readonly setAsideAt: number;
  readonly attempts: number;
}

/** Newest first. `after` is the last row of the page before. */
export async function listDeadLetters(
  world: World,
  filter: DeadLetterFilter & {
    readonly after?: Pick<DeadLetter, "setAsideAt" | "id"> | undefined;
    readonly limit: number;
  },
): Promise<readonly DeadLetter[]> {
  const { results } = await world.db.raw
    .prepare(
      `SELECT id, queue, reason, type, event_id AS eventId, organization_id AS organizationId,
         set_aside_at AS setAsideAt, attempts FROM dead_letters
       WHERE (?1 IS NULL OR queue = ?1) AND (?2 IS NULL OR reason = ?2)
         AND (?3 IS NULL OR (set_aside_at, id) < (?3, ?4))
       ORDER BY set_aside_at DESC, id DESC LIMIT ?5`,
    )
    .bind(
      filter.queue ?? null,
      filter.reason ?? null,
      filter.after?.setAsideAt ?? null,
      filter.after?.id ?? null,
      filter.limit,
    )
    .all<DeadLetter>();
  return results;
}
