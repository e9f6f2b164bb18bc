import { expect, test } from "vitest";
import { endConnection, findConnection, openConnection } from "../../src/connections/index.ts";
import { applyLifecycleEvent } from "../../src/lifecycle/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { lifeOf } from "../../src/mirror/sync/start.ts";
import type { World } from "../../src/world.ts";
import { type PagesWorld, pagesWorld } from "../support/pages.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";
import { tables } from "./fill.ts";

/** A day of its own for each case: a suspension is of one moment, and global. */
const clock = { at: Date.UTC(2026, 8, 1) };
const SCOPES = ["event.read", "participants.read", "program.read"];
type Key = { readonly eventId: string; readonly organizationId: string };
type Life = ReturnType<typeof lifeOf>;

/** Where endings are played: with the real object of the grant, and queues that deliver nothing meanwhile. */
const ending = () => testWorld({ now: () => clock.at, env: withoutDelivery() });

/** How a connection stops. */
const STOPS: Readonly<Record<string, (world: World, key: Key) => Promise<unknown>>> = {
  "asked to delete": (world, key) =>
    applyLifecycleEvent(world, {
      type: "data.deletion_required",
      occurredAt: clock.at,
      ...key,
      data: { reason: "organizer_revoked" },
    }),
  "refused to refresh": (world, key) =>
    endConnection(world, { ...key, reason: "invalid_grant", at: clock.at }),
  "found revoked": (world, key) => endConnection(world, { ...key, reason: "token_revoked", at: clock.at }),
  suspended: (world) =>
    applyLifecycleEvent(world, {
      type: "integration.suspended",
      occurredAt: clock.at,
      eventId: null,
      organizationId: null,
      data: {},
    }),
};

/** What each kind of job of a connection looks like in the queue; null: work of the ending itself, which has to go on,
 * or of no connection.
 */
const JOBS: Readonly<Record<SyncMessage["kind"], ((life: Life) => readonly SyncMessage[]) | null>> = {
  "sync.start": (life) =>
    (["initial", "reconcile"] as const).map((run) => ({
      kind: "sync.start",
      life,
      run,
      jobId: `job-${run}`,
    })),
  "sync.page": (life) => [
    { kind: "sync.page", life, runId: "job-under-way", page: 2, resource: "participants" },
  ],
  "health.probe": (life) =>
    ["cron-1", "asked-for"].map((jobId) => ({ kind: "health.probe", life, jobId }) as const),
  "cron.page": () =>
    ["probes", "reconcile"].map(
      (job) => ({ kind: "cron.page", job, scheduledAt: clock.at, cursor: null }) as const,
    ),
  "erasure.chunk": null,
  "users.end": null,
  "platform.page": null,
  "deliveries.refused": null,
};

/** Records of what came and what was done, which a job that does nothing may leave too. */
const RECORDS = ["deliveries", "arrivals", "counters", "audit", "jobs", "cron_runs", "signals", "runs"];

async function everything(connectionId: string): Promise<string> {
  const dump = await Promise.all(
    tables
      .filter(
        ({ name, columns }) =>
          !RECORDS.includes(name) && columns.some(({ name: one }) => one === "connection_id"),
      )
      .map(async ({ name }) => [
        name,
        await rowsOf(`SELECT * FROM ${name} WHERE connection_id = ?`, connectionId),
      ]),
  );
  return JSON.stringify([dump, await rowsOf("SELECT * FROM connections WHERE id = ?", connectionId)]);
}

/** A connection with a walk under way, and a count of the calls that it makes. */
async function underWay() {
  clock.at += 86_400_000;
  const calls = { count: 0 };
  const pages = pagesWorld((resource) => {
    calls.count += 1;
    const rows = resource === "participants" ? [{ id: "ptp_1" }] : [];
    return { rows, next: resource === "participants" ? "1" : null, date: clock.at };
  }, clock);
  const key = { eventId: `evt_queued_${clock.at}`, organizationId: "org_queued" };
  await openConnection(pages.world, {
    ...key,
    connectedAt: clock.at - 60_000,
    grantedScopes: SCOPES,
    askedScopes: SCOPES,
  });
  const connection = await findConnection(pages.world, key);
  if (connection === null) throw new Error("not connected");
  const life = lifeOf(connection);
  await run(pages, [{ kind: "sync.start", life, run: "initial", jobId: "job-under-way" }]);
  while ((await rowsOf("SELECT 1 FROM participants WHERE connection_id = ?", connection.id)).length === 0) {
    await pages.step();
  }
  return { pages, key, life, calls };
}

/** Runs messages as the queue would. @returns which came back */
async function run(pages: PagesWorld, messages: readonly SyncMessage[]): Promise<readonly number[]> {
  return (await consumeNow(messages, pages.world, "revento-sync")).retriedIndexes;
}

const cases = Object.keys(STOPS).flatMap((stop) =>
  Object.entries(JOBS).flatMap(([kind, make]) => (make === null ? [] : [{ stop, kind, make }])),
);

test.each(cases)(
  "$stop: $kind that was queued before calls nobody and writes nothing",
  async ({ stop, kind, make }) => {
    const { pages, key, life, calls } = await underWay();
    const queued = make(life);
    await STOPS[stop]?.(ending(), key);
    const [before, called] = [await everything(life.connectionId), calls.count];
    pages.sync.length = 0;
    expect(await run(pages, queued), "none comes back").toEqual([]);
    expect(calls.count).toBe(called);
    expect(await everything(life.connectionId)).toBe(before);
    // The walk that was under way is over, and no other began.
    expect(await rowsOf("SELECT id, state FROM runs WHERE connection_id = ?", life.connectionId)).toEqual([
      { id: "job-under-way", state: kind === "sync.page" ? "failed" : "running" },
    ]);
    // No more work of this connection is asked for.
    expect(pages.sync.filter((message) => JSON.stringify(message).includes(life.connectionId))).toEqual([]);
  },
);

test.each(Object.keys(STOPS))("%s: a webhook that was queued before writes nothing", async (stop) => {
  const { pages, key, life } = await underWay();
  const webhook = messageOf({
    type: "application.approved",
    event_id: key.eventId,
    organization_id: key.organizationId,
    occurred_at: new Date(clock.at - 1_000).toISOString(),
    data: { id: "app_late", participant_id: "ptp_late", user_id: "usr_late", status: "approved" },
  });
  await STOPS[stop]?.(ending(), key);
  const before = await everything(life.connectionId);
  expect((await consumeNow([webhook], pages.world)).retriedIndexes).toEqual([]);
  expect(await everything(life.connectionId)).toBe(before);
});

test("while it is active, each of these jobs does work: the table above is of real messages", async () => {
  for (const make of Object.values(JOBS)) {
    if (make === null) continue;
    const { pages, life, calls } = await underWay();
    const [before, called] = [await everything(life.connectionId), calls.count];
    pages.sync.length = 0;
    // A walk is under way: another begins only when that one is over.
    const queued = make(life);
    if (queued[0]?.kind === "sync.start") {
      await pages.world.db.raw
        .prepare("UPDATE runs SET state = 'idle' WHERE connection_id = ?")
        .bind(life.connectionId)
        .run();
    }
    await run(pages, queued);
    const didWork =
      calls.count > called || (await everything(life.connectionId)) !== before || pages.sync.length > 0;
    expect(didWork, queued[0]?.kind).toBe(true);
  }
});
