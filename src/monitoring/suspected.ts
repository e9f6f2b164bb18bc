import { CLOCK_SLACK_MS, STATUS_SQL } from "../connections/index.ts";
import type { World } from "../world.ts";

/** Whether so many connections were just refused as revoked that Revento has probably suspended the integration. */
export async function isSuspensionSuspected(world: World): Promise<boolean> {
  const row = await world.db.raw
    .prepare("SELECT 1 FROM signals WHERE name = 'suspension_suspected' AND resolved_at IS NULL LIMIT 1")
    .first();
  return row !== null;
}

export interface Suspension {
  /** Told by Revento's webhook, or only suspected of a burst of dead tokens. */
  readonly isTold: boolean;
  /** Epoch ms. */
  readonly since: number;
  /** What the signal says; null where the webhook told it. */
  readonly text: string | null;
}

// Two seeks: the running lives that it paused are the oldest ones, and whoever connected again began a new one; those
// whose dead token was noticed beside it ended at that time or since.
const SUSPENSION = `
SELECT 1 AS isTold, p.at AS since, NULL AS text FROM platform_state p
WHERE p.key = 'suspended_at' AND (
  EXISTS (SELECT 1 FROM connections c
    WHERE c.state = 'active' AND c.life_started_at <= p.at AND c.connected_at <= p.at)
  OR EXISTS (SELECT 1 FROM connections c
    WHERE c.state <> 'active' AND c.deletion_requested_at IS NULL AND c.erased_at IS NULL
      AND c.ended_at >= p.at - ${CLOCK_SLACK_MS} AND ${STATUS_SQL} = 'suspended'))
UNION ALL
SELECT 0, raised_at, text FROM signals WHERE name = 'suspension_suspected' AND resolved_at IS NULL
ORDER BY 1 DESC, 2 DESC LIMIT 1`;

/** The suspension that connections are paused by now, or that is suspected; null where neither is. */
export async function suspensionOf(world: World): Promise<Suspension | null> {
  const row = await world.db.raw
    .prepare(SUSPENSION)
    .first<{ isTold: number; since: number; text: string | null }>();
  return row === null ? null : { ...row, isTold: row.isTold === 1 };
}
