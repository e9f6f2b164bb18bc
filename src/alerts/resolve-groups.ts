import type { AlertChannel } from "../alert-rules.ts";
import type { World } from "../world.ts";
import { groupKey } from "./compose.ts";

// Groups that a trouble resolved by this claim was counted into, and of which no other trouble is open.
const RESOLVE = `
INSERT INTO alerts (connection_id, body_id, rule, channel, action, dedup_key, text, state, created_at, next_at)
SELECT f.connection_id, 'group:' || f.batch, f.rule, f.channel, 'resolve', '${groupKey("")}' || f.dedup_key,
  'all ' || g.members || ' of a group', 'waiting', ?3, ?3
FROM (SELECT min(m.id) AS first, count(*) AS members FROM alerts m
  WHERE m.channel = ?1 AND m.batch IN (SELECT t.batch FROM alerts r JOIN alerts t ON t.channel = ?1
      AND t.dedup_key = r.dedup_key AND t.action = 'trigger' AND t.state = 'sent' AND t.id < r.id
    WHERE r.channel = ?1 AND r.state = 'sending' AND r.claim = ?2 AND r.action = 'resolve')
  GROUP BY m.batch HAVING count(*) > 1) g
JOIN alerts f ON f.id = g.first
WHERE NOT EXISTS (SELECT 1 FROM alerts o WHERE o.channel = ?1 AND o.batch = f.batch AND o.action = 'trigger'
  AND NOT EXISTS (SELECT 1 FROM alerts r WHERE r.channel = ?1 AND r.dedup_key = o.dedup_key AND r.action = 'resolve'
    AND r.id > o.id AND (r.state = 'sent' OR r.claim = ?2)))
ON CONFLICT (body_id, rule, channel) DO NOTHING`;

/**
 * PagerDuty knows a group as one incident, under a key of its own: it is resolved once every trouble in it is. For the
 * batch that settles the claim, ahead of the rows' becoming `sent`; the message leaves like any other.
 */
export function resolveGroups(world: World, channel: AlertChannel, token: string): D1PreparedStatement[] {
  if (channel.kind !== "pagerduty") return [];
  return [world.db.raw.prepare(RESOLVE).bind(channel.name, token, world.now())];
}
