/**
 * Intake with the queue in another process, as in production it is on another machine: workerd alone, without miniflare,
 * whose broker of queues would share the Worker's thread. What `bench/mirror.ts` compares can then be told apart: the
 * CPU time of the process that runs the Worker, and that of the queue.
 */

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { startWorkerd } from "../test/node/support/bare-workerd.ts";
import { freePorts } from "../test/node/support/ports.ts";
import { bundleFor } from "../test/node/support/workerd.ts";
import { testSettings } from "../test/support/settings.ts";
import { type Load, load, signedDelivery, steadyLoad } from "./load.ts";
import { median } from "./quantile.ts";
import type { Line } from "./table.ts";

export interface Apart {
  /** Intake, a Worker that only verifies, and one that verifies and sends: all in one process. */
  readonly urls: { readonly intake: string; readonly floor: string; readonly queued: string };
  readonly secret: string;
  /** CPU seconds so far. */
  cpu(): { readonly worker: number; readonly queue: number };
  /** How many messages the queue was sent. */
  queued(): Promise<number>;
  stop(): void;
}

/** CPU seconds of a process, system and user, all threads. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export async function startApart(): Promise<Apart> {
  const [intake = 0, floor = 0, queue = 0] = await freePorts(3);
  const script = (entry: string) => bundleFor(entry, { minify: true });
  const queueProcess = await startWorkerd([
    { name: "queue", script: await script("bench/worker/queue.ts"), port: queue },
  ]);
  const workerProcess = await startWorkerd(
    [
      { name: "intake", script: await script("src/index.ts"), port: intake },
      { name: "floor", script: await script("bench/worker/floor.ts"), port: floor },
    ],
    queue,
  ).catch((error: unknown) => {
    queueProcess.stop();
    throw error;
  });
  return {
    urls: {
      intake: `http://127.0.0.1:${intake}/webhooks/revento`,
      floor: `http://127.0.0.1:${floor}/`,
      queued: `http://127.0.0.1:${floor}/queued`,
    },
    secret: testSettings.REVENTO_WEBHOOK_SECRET,
    cpu: () => ({ worker: cpuOf(workerProcess.process), queue: cpuOf(queueProcess.process) }),
    queued: async () =>
      ((await (await fetch(`http://127.0.0.1:${queue}/`)).json()) as { messages: number }).messages,
    stop: () => {
      workerProcess.stop();
      queueProcess.stop();
    },
  };
}

const NAMES = ["floor", "queued", "intake"] as const;
type Name = (typeof NAMES)[number];
const ROUNDS = 5;
/** So long does V8 go on compiling: a Worker that was asked less is measured while it warms up. */
const WARM_UPS = 3;
const FULL = 3_000;
const STEADY_PER_SECOND = 200;
const STEADY = 600;

interface Round {
  readonly full: Load;
  readonly steady: Load;
  /** CPU microseconds a webhook. */
  readonly worker: number;
  readonly queue: number;
}

async function runRound(apart: Apart, name: Name, index: number): Promise<Round> {
  const make = (count: number) =>
    Array.from({ length: count }, (_, at) => signedDelivery(apart.secret, index * 10_000 + at));
  const deliveries = make(FULL);
  const before = apart.cpu();
  const full = await load(apart.urls[name], deliveries);
  const after = apart.cpu();
  const steady = await steadyLoad(apart.urls[name], make(STEADY), STEADY_PER_SECOND);
  const spent = (which: "worker" | "queue") => ((after[which] - before[which]) / FULL) * 1e6;
  return { full, steady, worker: spent("worker"), queue: spent("queue") };
}

/** (a) again, with the queue in a process of its own: rates, CPU time of the Worker's process, and latency at one rate. */
export async function benchApart(): Promise<Line[]> {
  const apart = await startApart();
  try {
    const rounds: Record<Name, Round[]> = { floor: [], queued: [], intake: [] };
    for (let index = 0; index < WARM_UPS + ROUNDS; index++) {
      for (const name of NAMES) {
        const round = await runRound(apart, name, index);
        if (index >= WARM_UPS) rounds[name].push(round);
      }
    }
    const sent = 2 * (WARM_UPS + ROUNDS) * (FULL + STEADY);
    const queued = await apart.queued();
    if (queued !== sent) throw new Error(`the queue was sent ${queued} messages of ${sent}`);
    return linesOf((name, read) => median(rounds[name].map(read)));
  } finally {
    apart.stop();
  }
}

function linesOf(of: (name: Name, read: (round: Round) => number) => number): Line[] {
  const all = (read: (round: Round) => number, digits: number) =>
    NAMES.map((name) => of(name, read).toFixed(digits)).join(" / ");
  const line = (what: string, measured: string): Line => ({ what, measured, goal: "", isMet: null });
  const ratio = (name: Name, read: (round: Round) => number) => of("intake", read) / of(name, read);
  // What is left for whoever queues before it answers: no intake can do better.
  const bound = of("floor", ({ worker }) => worker) / of("queued", ({ worker }) => worker);
  const p99 = ratio("floor", ({ steady }) => steady.p99);
  return [
    line(
      "(a) queue apart: verify only / and send / intake, a second",
      all(({ full }) => full.perSecond, 0),
    ),
    line(
      "(a) queue apart: CPU of the Worker's process a webhook, µs",
      all(({ worker }) => worker, 0),
    ),
    line(
      "(a) queue apart: CPU of the queue's process a webhook, µs",
      all(({ queue }) => queue, 0),
    ),
    line("(a) queue apart: CPU of verify only, of verify and send's", bound.toFixed(2)),
    line(
      "(a) queue apart: CPU of verify only, of intake's",
      (1 / ratio("floor", ({ worker }) => worker)).toFixed(2),
    ),
    line(
      "(a) queue apart: CPU of verify and send, of intake's",
      (1 / ratio("queued", ({ worker }) => worker)).toFixed(2),
    ),
    line(
      `(a) queue apart: p50 at ${STEADY_PER_SECOND} a second, ms`,
      all(({ steady }) => steady.p50, 2),
    ),
    line(
      `(a) queue apart: p99 at ${STEADY_PER_SECOND} a second, ms`,
      all(({ steady }) => steady.p99, 2),
    ),
    {
      what: `(a) queue apart: p99 at ${STEADY_PER_SECOND} a second, of verify only's`,
      measured: p99.toFixed(2),
      goal: "<= 3",
      isMet: p99 <= 3,
    },
  ];
}
