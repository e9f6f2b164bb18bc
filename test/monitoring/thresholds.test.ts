import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { countOutcome, endConnection, openConnection } from "../../src/connections/index.ts";
import { manifest } from "../../src/manifest.ts";
import { beginCron, CRON_INTERVALS, watch } from "../../src/monitoring/index.ts";
import { judge } from "../../src/monitoring/judge.ts";
import type { Measured } from "../../src/monitoring/measure.ts";
import { listOpenSignals } from "../../src/signals/index.ts";
import { testWorld } from "../support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const { monitoring } = manifest;

const calm: Measured = {
  refreshFailures: 0,
  failedDeliveries: 0,
  refusedDeliveries: 0,
  revokedConnections: 0,
  activeConnections: 100,
  deadLetters: 0,
  oldestWaiting: { outbox: 0, spills: 0, runs: 0, erasures: 0 },
  overdueErasures: 0,
  pausedHandlers: [],
  probes: 1,
  oldestActiveAge: 0,
  cronAges: {},
};
const waiting = (what: keyof Measured["oldestWaiting"], ms: number): Partial<Measured> => ({
  oldestWaiting: { ...calm.oldestWaiting, [what]: ms },
});
const limit = monitoring.waitingMinutes * MINUTE;
const { suspectedSuspension } = monitoring;
const suspected = suspectedSuspension.connections;
const share = (revoked: number, active: number): Partial<Measured> => ({
  revokedConnections: revoked,
  activeConnections: active,
});

/** What is one below the threshold, and what reaches it. */
const thresholds: readonly [name: string, below: Partial<Measured>, at: Partial<Measured>][] = [
  [
    "refresh_failing",
    { refreshFailures: monitoring.refreshFailures - 1 },
    { refreshFailures: monitoring.refreshFailures },
  ],
  [
    "deliveries_failing",
    { failedDeliveries: monitoring.failedDeliveries - 1 },
    { failedDeliveries: monitoring.failedDeliveries },
  ],
  [
    "deliveries_failing",
    { refusedDeliveries: monitoring.failedDeliveries - 1 },
    { refusedDeliveries: monitoring.failedDeliveries },
  ],
  ["token_revoked_spike", share(monitoring.revokedTokens - 1, 100), share(monitoring.revokedTokens, 100)],
  ["suspension_suspected", share(suspected - 1, 0), share(suspected, suspected)],
  ["suspension_suspected", share(suspected, suspected + 1), share(suspected + 1, suspected + 1)],
  ["dead_letters", { deadLetters: monitoring.deadLetters - 1 }, { deadLetters: monitoring.deadLetters }],
  ...(["outbox", "spills", "runs", "erasures"] as const)
    .map((what) => ["queue_growing", waiting(what, limit), waiting(what, limit + 1)] as const)
    .map(([name, below, at]): [string, Partial<Measured>, Partial<Measured>] => [name, below, at]),
  ["handler_paused", { pausedHandlers: [] }, { pausedHandlers: ["toSheet"] }],
  ["erasure_overdue", { overdueErasures: 0 }, { overdueErasures: 1 }],
  [
    "probes_lagging",
    { probes: 0, oldestActiveAge: 45 * MINUTE },
    { probes: 0, oldestActiveAge: 45 * MINUTE + 1 },
  ],
  ...Object.entries(CRON_INTERVALS).map(
    ([cron, interval]): [string, Partial<Measured>, Partial<Measured>] => [
      "cron_missed",
      { cronAges: { [cron]: 2 * interval } },
      { cronAges: { [cron]: 2 * interval + 1 } },
    ],
  ),
];

test.each(thresholds)("%s is raised at its threshold, and alone; not below", (name, below, at) => {
  const raised = (change: Partial<Measured>) =>
    judge({ ...calm, ...change }, monitoring, CRON_INTERVALS)
      .filter(({ isRaised }) => isRaised)
      .map((judged) => judged.name);
  expect(raised(below)).not.toContain(name);
  expect(raised(at)).toContain(name);
  expect(raised(at).filter((other) => other !== name && other !== "token_revoked_spike")).toEqual([]);
});

test("every signal that is judged has its threshold in the table above", () => {
  const judged = judge(calm, monitoring, CRON_INTERVALS).map(({ name }) => name);
  expect([...new Set(thresholds.map(([name]) => name))].sort()).toEqual([...judged].sort());
});

let now = 0;
let sent: { signal: string; state: string; at: number }[] = [];
let isQueueOut = false;
const ALERTS = {
  send: async (message: (typeof sent)[number]) => {
    if (isQueueOut) throw new Error("the queue is out");
    sent.push(message);
  },
};
const worldNow = () => testWorld({ now: () => now, env: { ...env, ALERTS } as unknown as typeof env });
const newsOf = (name: string) => sent.filter(({ signal }) => signal === name).map(({ state }) => state);
const openNames = async () => (await listOpenSignals(worldNow())).map(({ name }) => name);

beforeEach(() => {
  now = Date.now() + 1_000 * HOUR;
  sent = [];
  isQueueOut = false;
});

afterEach(async () => {
  await env.DB.batch(
    [
      "signals",
      "counters",
      "dead_letters",
      "spills",
      "connections",
      "guards",
      "cron_runs",
      "handler_circuits",
    ].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
});

const key = (n: number) => ({ eventId: `evt_threshold_${n}`, organizationId: "org_threshold" });
async function open(n: number, connectedAt = now - 1_000) {
  await openConnection(worldNow(), { ...key(n), connectedAt, grantedScopes: [], askedScopes: [] });
}

async function passAnHour(): Promise<void> {
  now += HOUR;
}

/** All crons begin now, but for one. */
async function runCrons(but?: string): Promise<void> {
  for (const cron of Object.keys(CRON_INTERVALS)) {
    if (cron !== but) expect(await beginCron(worldNow(), cron, now)).toBe(true);
  }
}

/** Real rows that make a signal, and what ends it again. */
const troubles: readonly {
  readonly name: string;
  readonly make: () => Promise<unknown>;
  readonly end: () => Promise<unknown> | undefined;
}[] = [
  {
    name: "refresh_failing",
    make: () => countOutcome(worldNow(), "refreshes", "upstream_5xx", monitoring.refreshFailures).run(),
    end: passAnHour,
  },
  {
    name: "deliveries_failing",
    make: () => countOutcome(worldNow(), "webhooks", "set_aside", monitoring.failedDeliveries).run(),
    end: passAnHour,
  },
  {
    name: "token_revoked_spike",
    make: async () => {
      for (let n = 0; n < monitoring.revokedTokens; n++) {
        await open(n);
        await endConnection(worldNow(), { ...key(n), reason: "token_revoked", at: now });
      }
    },
    end: passAnHour,
  },
  {
    name: "dead_letters",
    make: () =>
      env.DB.prepare(
        `INSERT INTO dead_letters (id, connection_id, queue, reason, set_aside_at, attempts, sealed)
         VALUES ('letter', '', 'revento-webhooks', 'bad', ?, 1, 'x')`,
      )
        .bind(now)
        .run(),
    end: () => env.DB.prepare("DELETE FROM dead_letters").run(),
  },
  {
    name: "queue_growing",
    make: () =>
      env.DB.prepare(
        "INSERT INTO spills (id, body, envelope, created_at, sent_at) VALUES ('s', x'00', '{}', ?1, ?1)",
      )
        .bind(now - limit - 1)
        .run(),
    end: () => env.DB.prepare("DELETE FROM spills").run(),
  },
  {
    name: "erasure_overdue",
    make: async () => {
      await open(1, now - 40 * 24 * HOUR);
      await endConnection(worldNow(), { ...key(1), reason: "token_revoked", at: now - 31 * 24 * HOUR });
      // The end is entered at our clock: as long ago as the word came.
      await env.DB.prepare("UPDATE connections SET ended_at = ?")
        .bind(now - 31 * 24 * HOUR)
        .run();
    },
    end: () => env.DB.prepare("UPDATE connections SET erased_at = ?").bind(now).run(),
  },
  {
    name: "suspension_suspected",
    make: async () => {
      for (let n = 0; n < suspected; n++) {
        await open(n);
        await endConnection(worldNow(), { ...key(n), reason: "token_revoked", at: now });
      }
    },
    end: passAnHour,
  },
  {
    name: "cron_missed",
    // Every cron runs but one, which Cloudflare forgot.
    make: async () => {
      now += 31 * MINUTE;
      await runCrons("*/15 * * * *");
    },
    end: async () => {
      now += MINUTE;
      await runCrons();
    },
  },
  {
    name: "handler_paused",
    make: () =>
      env.DB.prepare(
        "INSERT INTO handler_circuits (handler, strikes, until) VALUES ('toSheet', 3, ?), ('well', 2, 0)",
      )
        .bind(now + MINUTE)
        .run(),
    end: () => env.DB.prepare("DELETE FROM handler_circuits WHERE handler = 'toSheet'").run(),
  },
  {
    name: "probes_lagging",
    make: async () => {
      await open(1);
      await env.DB.prepare("UPDATE connections SET created_at = ?")
        .bind(now - HOUR)
        .run();
    },
    end: () => countOutcome(worldNow(), "probes", "healthy").run(),
  },
];

test.each(troubles)(
  "$name: raised once, told once, resolved when over, and told",
  async ({ name, make, end }) => {
    await watch(worldNow());
    expect(await openNames()).not.toContain(name);
    await make();
    for (let look = 0; look < 3; look++) await watch(worldNow());
    expect((await openNames()).filter((open) => open === name)).toEqual([name]);
    expect(newsOf(name)).toEqual(["raised"]);
    await end();
    for (let look = 0; look < 2; look++) await watch(worldNow());
    expect(await openNames()).not.toContain(name);
    expect(newsOf(name)).toEqual(["raised", "resolved"]);
  },
);

test("a signal whose news the queue refused is told by the next look, raised and resolved alike", async () => {
  const dead = troubles.find(({ name }) => name === "dead_letters");
  await watch(worldNow());
  await dead?.make();
  isQueueOut = true;
  await watch(worldNow());
  expect(newsOf("dead_letters")).toEqual([]);
  expect(await openNames()).toEqual(["dead_letters"]);
  isQueueOut = false;
  for (let look = 0; look < 2; look++) await watch(worldNow());
  expect(newsOf("dead_letters")).toEqual(["raised"]);
  await dead?.end();
  isQueueOut = true;
  await watch(worldNow());
  expect(newsOf("dead_letters")).toEqual(["raised"]);
  isQueueOut = false;
  for (let look = 0; look < 2; look++) await watch(worldNow());
  expect(newsOf("dead_letters")).toEqual(["raised", "resolved"]);
});
