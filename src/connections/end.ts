import { insertMoment, type Moment, tellMoment } from "../signals/index.ts";
import type { World } from "../world.ts";
import type { ConnectionKey } from "./connection.ts";
import { connectionHook, nudgeConnectionHooks } from "./hooks.ts";
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
  /** Whom the audit log names; `system` where we found it ended. */
  readonly by?: string;
}

/** The life that is meant, as four parameters: event, organization, and its generation or a time in it. */
const lifeAt = (first: number): string => `event_id = ?${first} AND organization_id = ?${first + 1}
  AND (?${first + 2} IS NULL OR generation = ?${first + 2}) AND (?${first + 3} IS NULL OR connected_at <= ?${first + 3})`;

// Before it ends: that it does, or that more is told of why, is news; that its data has to go as well is not.
const AUDIT = `
INSERT INTO audit (connection_id, at, actor, action, detail)
SELECT id, ?2, ?3, 'connection.ended', ?4 FROM connections
WHERE ${lifeAt(5)} AND (state = 'active' OR ?1 > ${reasonRankSql("reason")})`;

// A less telling reason never replaces a more telling one; `ended` never becomes `reconnect_required` again.
const END = `
UPDATE connections SET
  reason = CASE WHEN ?1 > ${reasonRankSql("reason")} THEN ?2 ELSE reason END,
  state = CASE WHEN ?5 OR state = 'ended' THEN 'ended'
    WHEN ?1 > ${reasonRankSql("reason")} OR state = 'active' THEN ?3 ELSE state END,
  ended_at = coalesce(ended_at, ?4),
  deletion_requested_at = CASE WHEN ?5 THEN coalesce(deletion_requested_at, ?4) ELSE deletion_requested_at END
WHERE ${lifeAt(6)}
  AND (state = 'active' OR ?1 > ${reasonRankSql("reason")} OR (?5 AND deletion_requested_at IS NULL))
RETURNING id`;

const GUARD = `
UPDATE guards SET state = c.state FROM connections c
WHERE guards.event_id = ?1 AND guards.organization_id = ?2 AND c.event_id = ?1 AND c.organization_id = ?2
  AND c.generation = guards.generation`;

// In the same transaction as the ending, so that no page of that event is served from then on. Another organization
// may have connected the same event: then its participants stay signed in.
const END_SESSIONS = `
DELETE FROM sessions WHERE event_id = ?1 AND kind = 'participant'
  AND NOT EXISTS (SELECT 1 FROM connections WHERE event_id = ?1 AND state = 'active')`;

const END_CACHES = `
DELETE FROM caches WHERE connection_id =
  (SELECT id FROM connections WHERE event_id = ?1 AND organization_id = ?2 AND state <> 'active')`;

/**
 * Ends a life of a connection, or improves what is known of its end. The guard row is updated in the same
 * transaction, so that every write under way does nothing from then on, and the sessions and caches of that event
 * are gone. What has to be told of it is remembered there too. The user grants live in objects of their own: a job ends
 * them.
 * @returns the surrogate id where something changed, null where the ending is late, replayed or tells nothing new.
 */
export async function endConnection(world: World, ending: Ending): Promise<string | null> {
  const { eventId, organizationId, reason, at } = ending;
  const isDeletion = ending.isDeletionRequired === true;
  const prepare = (sql: string, ...values: readonly (string | number | null)[]) =>
    world.db.raw.prepare(sql).bind(...values);
  const life = [eventId, organizationId, ending.generation ?? null, ending.occurredAt ?? null] as const;
  const rank = reasonRank(reason);
  const detail = JSON.stringify({ reason, occurredAt: ending.occurredAt });
  const moment = endingMoment(ending);
  const hooks = endingHooks(world, ending);
  const results = await world.db.raw.batch<{ id?: string; raisedAt?: number }>([
    ...hooks,
    prepare(AUDIT, rank, at, ending.by ?? "system", detail, ...life),
    insertMoment(world, moment),
    prepare(
      END,
      rank,
      reason,
      isDeletion ? "ended" : statusForReason(reason),
      at,
      isDeletion ? 1 : 0,
      ...life,
    ),
    prepare(GUARD, eventId, organizationId),
    prepare(END_SESSIONS, eventId),
    prepare(END_CACHES, eventId, organizationId),
  ]);
  const [, told, ended] = results.slice(hooks.length);
  const raisedAt = told?.results[0]?.raisedAt;
  if (raisedAt !== undefined) await tellMoment(world, { ...moment, at: raisedAt });
  const id = ended?.results[0]?.id ?? null;
  if (id !== null) {
    world.log.warn("connection.ended", { connectionId: id, eventId, organizationId, reason });
    await world.env.SYNC.send({ kind: "users.end", eventId, before: ending.occurredAt ?? at });
    if (hooks.length > 0) await nudgeConnectionHooks(world, id, ending, "ended", "erasing");
  }
  return id;
}

const endingMoment = ({ eventId, reason, at }: Ending): Moment => ({
  name: "connection_ended",
  subject: eventId,
  text: `The connection of event ${eventId} ended: ${reason}.`,
  at,
});

/** `ended` where this ends an active life, `erasing` where its data has to go from now on. */
function endingHooks(world: World, ending: Ending): D1PreparedStatement[] {
  const { eventId, organizationId, reason, at } = ending;
  const life = "(?8 IS NULL OR c.generation = ?8) AND (?9 IS NULL OR c.connected_at <= ?9)";
  const hook = (type: "ended" | "erasing", when: string) =>
    connectionHook(world, {
      type,
      eventId,
      organizationId,
      at,
      data: { reason },
      when: `${life} AND ${when}`,
      values: [ending.generation ?? null, ending.occurredAt ?? null],
    });
  return [
    ...hook("ended", "c.state = 'active'"),
    ...(ending.isDeletionRequired === true ? hook("erasing", "c.deletion_requested_at IS NULL") : []),
  ];
}
