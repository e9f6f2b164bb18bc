/**
 * (a) The Worker as it is deployed in workerd itself, and the queue in a process of its own, as in production it is on
 * other machines: the local broker of queues would share the Worker's thread, and be measured with it.
 */

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { startWorkerd } from "../test/node/support/bare-workerd.ts";
import { freePorts } from "../test/node/support/ports.ts";
import { bundleFor } from "../test/node/support/workerd.ts";
import { testSettings } from "../test/support/settings.ts";
import { type Load, load, signedDelivery, steadyLoad } from "./load.ts";
import { median } from "./quantile.ts";
import { atLeast, atMost, type Line, line } from "./table.ts";

interface Queued {
  readonly messages: number;
  readonly calls: number;
}

export interface Apart {
  /** Intake, a Worker that only verifies, and one that verifies and sends: all in one process. */
  readonly urls: { readonly intake: string; readonly floor: string; readonly queued: string };
  readonly secret: string;
  /** CPU seconds so far. */
  cpu(): { readonly worker: number; readonly queue: number };
  /** What the queue was sent so far. */
  queued(): Promise<Queued>;
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
    queued: async () => (await (await fetch(`http://127.0.0.1:${queue}/`)).json()) as Queued,
    stop: () => {
      workerProcess.stop();
      queueProcess.stop();
    },
  };
}

const NAMES = ["floor", "queued", "intake"] as const;
type Name = (typeof NAMES)[number];
const ROUNDS = 15;
const STEADY_ROUNDS = 7;
/** So long does V8 go on compiling: a Worker that was asked less is measured while it warms up. */
const WARM_UPS = 3;
/** A storm, as when an organizer decides over hundreds of applications at once; and a sender that holds back. */
export const STORM_CONNECTIONS = 64;
const FEW_CONNECTIONS = 16;
const FULL = 3_000;
const STEADY_PER_SECOND = 200;
const STEADY = 1_000;

interface Storm {
  readonly load: Load;
  /** CPU microseconds a webhook. */
  readonly worker: number;
  readonly queue: number;
  /** Webhooks in a call to the queue. */
  readonly gathered: number;
}

interface Measured {
  readonly storm: Storm[];
  readonly few: Load[];
  readonly steady: Load[];
}

const deliveriesFor = ({ secret }: Apart, count: number) =>
  Array.from({ length: count }, (_, at) => signedDelivery(secret, at));

async function storm(apart: Apart, name: Name): Promise<Storm> {
  const deliveries = deliveriesFor(apart, FULL);
  const [cpu, queued] = [apart.cpu(), await apart.queued()];
  const measured = await load(apart.urls[name], deliveries, STORM_CONNECTIONS);
  const [cpuAfter, queuedAfter] = [apart.cpu(), await apart.queued()];
  const spent = (which: "worker" | "queue") => ((cpuAfter[which] - cpu[which]) / FULL) * 1e6;
  return {
    load: measured,
    worker: spent("worker"),
    queue: spent("queue"),
    gathered: FULL / (queuedAfter.calls - queued.calls),
  };
}

/** (a) Acknowledged webhooks, in alternation with those of a Worker that only verifies, and of one that also sends. */
export async function benchApart(): Promise<Line[]> {
  const apart = await startApart();
  const measured = new Map<Name, Measured>(NAMES.map((name) => [name, { storm: [], few: [], steady: [] }]));
  const each = async (rounds: number, measure: (name: Name, of: Measured) => Promise<unknown>) => {
    for (let round = 0; round < rounds; round++) for (const [name, of] of measured) await measure(name, of);
  };
  const few = (name: Name) => load(apart.urls[name], deliveriesFor(apart, FULL), FEW_CONNECTIONS);
  const steady = (name: Name) =>
    steadyLoad(apart.urls[name], deliveriesFor(apart, STEADY), STEADY_PER_SECOND);
  try {
    await each(WARM_UPS, (name) => few(name));
    await each(ROUNDS, async (name, of) => {
      of.storm.push(await storm(apart, name));
      of.few.push(await few(name));
    });
    // Apart from the storms, whose garbage would be collected during it.
    await each(STEADY_ROUNDS, async (name, of) => of.steady.push(await steady(name)));
    const sent = 2 * (WARM_UPS * FULL + ROUNDS * 2 * FULL + STEADY_ROUNDS * STEADY);
    const { messages } = await apart.queued();
    if (messages !== sent) throw new Error(`the queue was sent ${messages} messages of ${sent}`);
    return linesOf(measured);
  } finally {
    apart.stop();
  }
}

type Read = (of: Measured) => readonly number[];

function linesOf(measured: ReadonlyMap<Name, Measured>): Line[] {
  const of = (name: Name, read: Read): readonly number[] => {
    const found = measured.get(name);
    return found === undefined ? [] : read(found);
  };
  const all = (what: string, read: Read, digits: number) =>
    line(what, NAMES.map((name) => median(of(name, read)).toFixed(digits)).join(" / "));
  /** Of each round by itself: the speed of a shared machine changes from one to the next. */
  const ratio = (read: Read) => {
    const floor = of("floor", read);
    return median(of("intake", read).map((value, round) => value / (floor[round] ?? 0)));
  };
  const ofStorm =
    (key: keyof Load): Read =>
    (found) =>
      found.storm.map((one) => one.load[key]);
  const ofLoads =
    (which: "few" | "steady", key: keyof Load): Read =>
    (found) =>
      found[which].map((one) => one[key]);
  const spent =
    (key: "worker" | "queue" | "gathered"): Read =>
    (found) =>
      found.storm.map((one) => one[key]);
  const [many, few] = [`(a) ${STORM_CONNECTIONS} connections`, `(a) ${FEW_CONNECTIONS} connections`];
  const steady = `(a) ${STEADY_PER_SECOND} a second`;
  return [
    all(`${many}: verify only / and send / intake, a second`, ofStorm("perSecond"), 0),
    atLeast(`${many}: acknowledged a second, of verify only's`, ratio(ofStorm("perSecond")), 0.5),
    all(`${many}: p50, ms`, ofStorm("p50"), 1),
    all(`${many}: p99, ms`, ofStorm("p99"), 1),
    atMost(`${many}: p99, of verify only's`, ratio(ofStorm("p99")), 3),
    all(`${many}: CPU of the Worker's process a webhook, µs`, spent("worker"), 0),
    all(`${many}: CPU of the queue's process a webhook, µs`, spent("queue"), 0),
    line(`${many}: webhooks in a call to the queue`, median(of("intake", spent("gathered"))).toFixed(1)),
    all(`${few}: a second`, ofLoads("few", "perSecond"), 0),
    line(`${few}: acknowledged a second, of verify only's`, ratio(ofLoads("few", "perSecond")).toFixed(2)),
    all(`${few}: p50, ms`, ofLoads("few", "p50"), 1),
    all(`${few}: p99, ms`, ofLoads("few", "p99"), 1),
    atMost(`${few}: p99, of verify only's`, ratio(ofLoads("few", "p99")), 3),
    all(`${steady}: p50, ms`, ofLoads("steady", "p50"), 2),
    all(`${steady}: p99, ms`, ofLoads("steady", "p99"), 2),
    atMost(`${steady}: p99, of verify only's`, ratio(ofLoads("steady", "p99")), 3),
  ];
}
