import { countByStatus, jobIdOf, searchConnections } from "../../src/connections/index.ts";
import { openDatabase } from "../../src/db/client.ts";
import { manifest } from "../../src/manifest.ts";
import { readMetrics, readSeries } from "../../src/monitoring/index.ts";
import {
  listAudit,
  listDeliveries,
  listMirrored,
  readSyncStates,
  readTimeline,
  traceId,
  traceParticipant,
} from "../../src/records/index.ts";
import type { World } from "../../src/world.ts";

interface Seen {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly rowsRead: number;
}

/** A D1 binding that remembers each statement with the rows that it read. */
function remembering(db: D1Database, seen: Seen[]): D1Database {
  const prepare = (sql: string) => ({
    bind: (...values: unknown[]) => ({
      async all() {
        const result = await db
          .prepare(sql)
          .bind(...values)
          .all();
        seen.push({ sql, values, rowsRead: result.meta.rows_read });
        return result;
      },
      async first() {
        return (await this.all()).results[0] ?? null;
      },
    }),
  });
  const unbound = (sql: string) => ({ ...prepare(sql), ...prepare(sql).bind() });
  return { prepare: unbound } as unknown as D1Database;
}

const same = async (id: string): Promise<string> => `hashed:${id}`;

export interface Plan {
  readonly name: string;
  readonly rowsRead: number;
  /** Steps that go through a whole stored table or index. */
  readonly scans: readonly string[];
}

/** Runs what the pages run; one plan for each. */
export async function recordPlans(db: D1Database): Promise<readonly Plan[]> {
  const seen: Seen[] = [];
  const world = {
    manifest,
    now: () => Date.now(),
    db: { ...openDatabase(db), raw: remembering(db, seen) },
  } as unknown as World;
  const id = "c00000001";
  const queries: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["counts by status", () => countByStatus(world)],
    ["connections", () => searchConnections(world, { limit: 51 })],
    ["by status", () => searchConnections(world, { status: "reconnect_required", limit: 51 })],
    ["by reason", () => searchConnections(world, { reason: "invalid_grant", limit: 51 })],
    ["by health", () => searchConnections(world, { health: "error", limit: 51 })],
    ["by name", () => searchConnections(world, { q: "Event 777", limit: 51 })],
    ["series of a week", () => readSeries(world, ["webhooks", "calls"], "week")],
    ["metrics", () => readMetrics(world)],
    ["deliveries", () => listDeliveries(world, { after: null, limit: 51 })],
    ["deliveries, stale", () => listDeliveries(world, { outcome: "stale", after: null, limit: 51 })],
    ["timeline", () => readTimeline(world, id, { after: null, limit: 50 })],
    ["participants", () => listMirrored(world, id, { limit: 51 })],
    ["sync state", () => readSyncStates(world, [id])],
    ["trace of an id", () => traceId(world, "dlv_500000", same)],
    ["trace of a job", () => traceId(world, jobIdOf(id, "1"), same)],
    ["trace of a participant", () => traceParticipant(world, "ptp_10000", same)],
    ["audit", () => listAudit(world, { after: null, limit: 51 })],
  ];
  const plans: Plan[] = [];
  for (const [name, run] of queries) {
    seen.length = 0;
    await run();
    const rowsRead = seen.reduce((sum, one) => sum + one.rowsRead, 0);
    const scans = (await Promise.all(seen.map((one) => scansOf(db, one)))).flat();
    plans.push({ name, rowsRead, scans });
  }
  return plans;
}

/** Steps of the plan that go through a whole stored table or index. */
async function scansOf(db: D1Database, { sql, values }: Seen): Promise<readonly string[]> {
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results
    .map(({ detail }) => detail)
    .filter(
      (detail) =>
        /^SCAN/.test(detail) &&
        !/VIRTUAL TABLE|CONSTANT|SUBQUERY|\(subquery|^SCAN \(?\d|^SCAN (a|areas)$/.test(detail),
    );
}
