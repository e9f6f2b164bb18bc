import { countWalk } from "../../connections/index.ts";
import { ACK, type Verdict } from "../../lib/verdict.ts";
import type { ConnectionLife } from "../../messages.ts";
import type { World } from "../../world.ts";
import { MAX_FOLLOWS } from "./judge.ts";
import { AND_NOT_STORED } from "./not-stored.ts";
import { recordJob, TOTALS } from "./record.ts";
import type { Run } from "./run.ts";
import { beginAgain, followUp, newJobId } from "./start.ts";

/**
 * Ends a walk that cannot be completed. What it has read stays; nothing is cancelled by it. Where it ends because its
 * connection was consented to anew, another begins.
 */
export async function failRun(
  world: World,
  life: ConnectionLife,
  run: Run,
  { why, isRestarted }: { readonly why: string; readonly isRestarted: boolean },
): Promise<Verdict> {
  const now = world.now();
  const isGoingOn = await beginAgain(world, life, run);
  const detail = isGoingOn ? "its consent was given anew" : why;
  const followJob = isRestarted && run.follows < MAX_FOLLOWS ? newJobId(life) : null;
  const [ended] = await world.db.raw.batch([
    world.db.raw
      .prepare(
        `UPDATE runs SET state = 'failed', finished_at = ?3, detail = ?4 ${AND_NOT_STORED}, follow_job = ?5, ${TOTALS}
         WHERE connection_id = ?1 AND id = ?2 AND state = 'running'`,
      )
      .bind(life.connectionId, run.id, now, detail, followJob),
    ...recordJob(world, life.connectionId, run, "failed", detail),
    countWalk(world, "failed"),
  ]);
  // Where another job ended it first, the row names that one's follow-up.
  if (followJob !== null && (ended?.meta.changes ?? 0) > 0) {
    await world.env.SYNC.send(followUp(life, { ...run, state: "failed" }, followJob));
  }
  return ACK;
}
