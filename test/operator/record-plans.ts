import { isScan } from "../../bench/dashboard/scan.ts";
import { planOf, recorded } from "../../bench/worker/recorded.ts";
import { countByStatus, jobIdOf, searchConnections } from "../../src/connections/index.ts";
import { openDatabase } from "../../src/db/client.ts";
import { sealCounts } from "../../src/grants/index.ts";
import { manifest } from "../../src/manifest.ts";
import { readMetrics, readSeries } from "../../src/monitoring/index.ts";
import { countLetterSeals } from "../../src/monitoring/seals.ts";
import {
  listAudit,
  listDeliveries,
  listMirrored,
  readSyncStates,
  readTimeline,
  traceId,
  traceParticipant,
} from "../../src/records/index.ts";
import { listDeadLetters } from "../../src/webhooks/index.ts";
import type { World } from "../../src/world.ts";

const same = async (id: string): Promise<string> => `hashed:${id}`;

export interface Plan {
  readonly name: string;
  readonly rowsRead: number;
  /** Steps that go through a whole stored table or index. */
  readonly scans: readonly string[];
}

/** Runs what the pages run; one plan for each. */
export async function recordPlans(db: D1Database): Promise<readonly Plan[]> {
  const { binding, seen } = recorded(db);
  const world = {
    manifest,
    now: () => Date.now(),
    db: { ...openDatabase(db), raw: binding },
  } as unknown as World;
  const id = "c00000001";
  const last = { eventId: "evt_00000150", organizationId: "org_050" };
  const queries: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["counts by status", () => countByStatus(world)],
    ["connections", () => searchConnections(world, { limit: 51 })],
    ["by status", () => searchConnections(world, { status: "reconnect_required", limit: 51 })],
    ["by reason", () => searchConnections(world, { reason: "invalid_grant", limit: 51 })],
    ["by health", () => searchConnections(world, { health: "error", staleBefore: Date.now(), limit: 51 })],
    ["by scope", () => searchConnections(world, { scope: "!program.read", limit: 51 })],
    ["a later page", () => searchConnections(world, { after: last, limit: 51 })],
    ["by name", () => searchConnections(world, { q: "Event 777", limit: 51 })],
    ["series of a week", () => readSeries(world, ["webhooks", "calls"], "week")],
    ["metrics", () => readMetrics(world)],
    ["deliveries", () => listDeliveries(world, { after: null, limit: 51 })],
    ["deliveries, stale", () => listDeliveries(world, { outcome: "stale", after: null, limit: 51 })],
    ["timeline", () => readTimeline(world, id, { after: null, limit: 50 })],
    ["participants", () => listMirrored(world, id, { limit: 51 })],
    ["a later page of them", () => listMirrored(world, id, { after: "ptp_200", limit: 51 })],
    ["search in participants", () => listMirrored(world, id, { q: "nobody", limit: 51 })],
    ["sync state", () => readSyncStates(world, [id])],
    ["trace of an id", () => traceId(world, "dlv_10000", same)],
    ["trace of a job", () => traceId(world, jobIdOf(id, "1"), same)],
    ["trace of a participant", () => traceParticipant(world, "ptp_200", same)],
    ["dead letters", () => listDeadLetters(world, { limit: 51 })],
    ["dead letters by queue", () => listDeadLetters(world, { queue: "revento-webhooks", limit: 51 })],
    ["keys", () => Promise.all([sealCounts(world), countLetterSeals(world)])],
    ["audit", () => listAudit(world, { after: null, limit: 51 })],
  ];
  const plans: Plan[] = [];
  for (const [name, run] of queries) {
    seen.length = 0;
    await run();
    const rowsRead = seen.reduce((sum, one) => sum + one.rowsRead, 0);
    const scans = (await Promise.all(seen.map((one) => planOf(db, one)))).flat().filter(isScan);
    plans.push({ name, rowsRead, scans });
  }
  return plans;
}
