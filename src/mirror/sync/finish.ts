import { countWalk } from "../../connections/index.ts";
import { ACK, type Verdict } from "../../lib/verdict.ts";
import type { ConnectionLife } from "../../messages.ts";
import { entryFor, insertOutbox, nudgeHandlers } from "../../outbox/index.ts";
import type { World } from "../../world.ts";
import { invalidateProgram } from "../apply.ts";
import { KINDS } from "../snapshot.ts";
import { failRun } from "./fail.ts";
import { DOOMED, findFindings, type RunFindings, scopeOf, type Walked } from "./findings.ts";
import { breakerOf, MAX_FOLLOWS } from "./judge.ts";
import { AND_NOT_STORED } from "./not-stored.ts";
import { recordJob, TOTALS } from "./record.ts";
import type { Run } from "./run.ts";
import { followUp, newJobId } from "./start.ts";

/** Judges a walk that came to its end: frozen, or complete with its cancellations. Repeatable after a crash. */
export async function finishRun(world: World, life: ConnectionLife, run: Run): Promise<Verdict> {
  const found = await findFindings(world, life, run);
  if (!found.isComplete) {
    return failRun(world, life, run, { why: "a page is missing", isRestarted: true });
  }
  const why = breakerOf(found.participants);
  if (why !== null) return freeze(world, life, run, why);
  const { missing, doomed } = found.participants;
  // Somebody was missed for the first time: a second complete walk decides, now rather than tomorrow.
  const followJob = missing > doomed && run.follows < MAX_FOLLOWS ? newJobId(life) : null;
  const isOurs = await complete(world, life, run, found, followJob);
  if (isOurs && followJob !== null) {
    await world.env.SYNC.send(followUp(life, { ...run, state: "complete" }, followJob));
  }
  return ACK;
}

async function freeze(world: World, life: ConnectionLife, run: Run, why: string): Promise<Verdict> {
  await world.db.raw.batch([
    world.db.raw
      .prepare(
        `UPDATE runs SET state = 'frozen', finished_at = ?3, detail = ?4 ${AND_NOT_STORED}, ${TOTALS}
         WHERE connection_id = ?1 AND id = ?2 AND state = 'running'`,
      )
      .bind(life.connectionId, run.id, world.now(), why),
    ...recordJob(world, life.connectionId, run, "frozen", why),
    countWalk(world, "frozen"),
  ]);
  world.log.warn("sync.frozen", { connectionId: life.connectionId, runId: run.id, why });
  return ACK;
}

/** Only while the run is still the running one of a life that goes on. */
const IS_RUNNING = `EXISTS (SELECT 1 FROM runs r JOIN guards g ON g.connection_id = r.connection_id
  AND g.generation = r.generation AND g.state = 'active'
  WHERE r.connection_id = ?1 AND r.id = ?3 AND r.state = 'running' AND g.event_id = ?8 AND g.organization_id = ?9)`;

/** @returns whether this job ended it, and not another before it: that one's follow-up is the one that the row names. */
async function complete(
  world: World,
  life: ConnectionLife,
  run: Run,
  found: RunFindings,
  followJob: string | null,
): Promise<boolean> {
  const { raw } = world.db;
  const now = world.now();
  const people = found.walked.find(({ resource }) => resource === "participants");
  const entries = people === undefined ? [] : cancelledEntries(life, run, people.rank, found.doomedIds);
  const before = [
    ...(people === undefined || found.doomedIds.length === 0 ? [] : cancel(world, life, run, people.rank)),
    ...insertOutbox(world, entries, { when: WAS_CANCELLED }),
    ...found.walked.flatMap((walked) => remove(world, life, run, walked)),
  ];
  const results = await raw.batch([
    ...before,
    raw
      .prepare(
        `UPDATE runs SET state = 'complete', finished_at = ?3, complete_id = id, complete_slot = slot,
           complete_ranks = ?4, complete_at = ?3, is_confirmed = 0, follow_job = ?5, ${TOTALS}
         WHERE connection_id = ?1 AND id = ?2 AND state = 'running'`,
      )
      .bind(
        life.connectionId,
        run.id,
        now,
        JSON.stringify(Object.fromEntries(found.walked.map(({ resource, rank }) => [resource, rank]))),
        followJob,
      ),
    ...recordJob(world, life.connectionId, run, "complete", null),
    countWalk(world, "complete"),
  ]);
  await nudgeHandlers(world, entries);
  return (results[before.length]?.meta.changes ?? 0) > 0;
}

function cancel(world: World, life: ConnectionLife, run: Run, rank: number): D1PreparedStatement[] {
  const values = [...scopeOf(life, run, rank), life.eventId, life.organizationId];
  const history = `
INSERT INTO state_changes (connection_id, kind, resource_id, at, from_state, to_state, cause)
SELECT connection_id, 'participant', id, ?4, 'present', 'cancelled', 'run ' || ?3 FROM participants
WHERE ${DOOMED} AND ${IS_RUNNING} ON CONFLICT DO NOTHING`;
  const update = `UPDATE participants SET state = 'cancelled', cancelled_at = ?4 WHERE ${DOOMED} AND ${IS_RUNNING}`;
  return [history, update].map((sql) => world.db.raw.prepare(sql).bind(...values));
}

const WAS_CANCELLED = `EXISTS (SELECT 1 FROM participants p WHERE p.connection_id = e.value->>'$.connectionId'
    AND p.id = e.value->>'$.payload.data.id' AND p.state = 'cancelled' AND p.cancelled_at = e.value->>'$.occurredAt')
  AND NOT EXISTS (SELECT 1 FROM outbox w WHERE w.connection_id = e.value->>'$.connectionId' AND w.target = t.value
    AND w.resource = e.value->>'$.resource' AND w.body_id = e.value->>'$.bodyId')`;

/** There is no webhook for a cancellation: handlers get this instead. */
function cancelledEntries(life: ConnectionLife, run: Run, rank: number, ids: readonly string[]) {
  const type = "participant.cancelled";
  return ids.flatMap((id) => {
    const happening = {
      id: `hook:${type}:${life.connectionId}:${run.id}:${id}`,
      type,
      occurredAt: rank,
      eventId: life.eventId,
      organizationId: life.organizationId,
      data: { id },
    };
    return entryFor(life.connectionId, happening) ?? [];
  });
}

/** Absent from one complete walk: `removed`, unless a webhook spoke of it since. */
function remove(
  world: World,
  life: ConnectionLife,
  run: Run,
  { resource, rank }: Walked,
): D1PreparedStatement[] {
  if (resource === "participants" || resource === "event" || resource === "program") return [];
  const gone = `connection_id = ?1 AND kind = ?5 AND state = 'present' AND touched_at < ?4
    AND id NOT IN (SELECT i.value FROM run_pages p, json_each(p.ids) i WHERE p.connection_id = ?1 AND p.slot = ?2
      AND p.run_id = ?3 AND p.resource = ?6) AND ${IS_RUNNING.replace("?8", "?7").replace("?9", "?8")}`;
  const history = `
INSERT INTO state_changes (connection_id, kind, resource_id, at, from_state, to_state, cause)
SELECT connection_id, kind, id, ?4, 'present', 'removed', 'run ' || ?3 FROM resources WHERE ${gone}
ON CONFLICT DO NOTHING`;
  const update = `UPDATE resources SET state = 'removed', version_at = max(version_at, ?4) WHERE ${gone}`;
  const values = [
    life.connectionId,
    run.slot,
    run.id,
    rank,
    KINDS[resource],
    resource,
    life.eventId,
    life.organizationId,
  ];
  return [
    ...[history, update].map((sql) => world.db.raw.prepare(sql).bind(...values)),
    ...invalidateProgram(world, [life.connectionId]),
  ];
}
