import { readdirSync, readFileSync } from "node:fs";
import { benchApart, STORM_CONNECTIONS } from "./apart.ts";
import { type Load, load, post, signedDelivery } from "./load.ts";
import { pricePerMonth, pricePerWebhook } from "./price.ts";
import { median } from "./quantile.ts";
import { type Stack, startStack } from "./stack.ts";
import { type Line, line, printTable } from "./table.ts";

const DELIVERIES = 25_000;
const WARM_UP = 8_000;
const ROUNDS = 5;
const QUEUED = 50_000;
const CHUNK = 2_000;
const EVENTS = 20;
const PEOPLE = 20_000;

const fixed = (value: number, digits = 2): string => value.toFixed(digits);

async function ask<T>(stack: Stack, path: string): Promise<T> {
  const response = await fetch(`${stack.url}${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/**
 * (a) in one process with miniflare's queue, whose broker runs on the Worker's thread: as on a laptop. Nothing to judge
 * the intake by: what the broker does for a message is measured with it.
 */
async function benchLaptop(stack: Stack): Promise<Line[]> {
  const make = (count: number) =>
    Array.from({ length: count }, (_, index) => signedDelivery(stack.secret, index));
  const targets = {
    floor: `${stack.floorUrl}/`,
    queued: `${stack.floorUrl}/queued`,
    intake: `${stack.url}/webhooks/revento`,
  };
  const loads: Record<keyof typeof targets, Load[]> = { floor: [], queued: [], intake: [] };
  const names = ["floor", "queued", "intake"] as const;
  for (const name of names) await load(targets[name], make(WARM_UP), STORM_CONNECTIONS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      loads[name].push(await load(targets[name], make(DELIVERIES / ROUNDS), STORM_CONNECTIONS));
    }
  }
  const of = (name: keyof typeof targets, key: keyof Load) => median(loads[name].map((one) => one[key]));
  const all = (key: keyof Load, digits: number) =>
    names.map((name) => of(name, key).toFixed(digits)).join(" / ");
  return [
    line("(a) on a laptop: verify only / and send / intake, a second", all("perSecond", 0)),
    line("(a) on a laptop: p99, ms", all("p99", 1)),
  ];
}

interface DrainCounts {
  readonly roundTrips: number;
  readonly rowsWritten: number;
  readonly rowsRead: number;
}

/** (b) Draining queued webhooks, two per hundred of them repeats. */
async function benchDrain(stack: Stack): Promise<{ lines: Line[]; perWebhook: DrainCounts }> {
  const total = { roundTrips: 0, rowsWritten: 0, rowsRead: 0 };
  const startedAt = performance.now();
  for (let from = 0; from < QUEUED; from += CHUNK) {
    const counts = await ask<DrainCounts & { readonly sentBack: number }>(
      stack,
      `/bench/drain?from=${from}&count=${CHUNK}&connections=${EVENTS}&size=100&consumers=1`,
    );
    if (counts.sentBack > 0) throw new Error(`${counts.sentBack} messages were sent back`);
    for (const key of ["roundTrips", "rowsWritten", "rowsRead"] as const) total[key] += counts[key];
  }
  const perSecond = QUEUED / ((performance.now() - startedAt) / 1000);
  const perWebhook = {
    roundTrips: total.roundTrips / QUEUED,
    rowsWritten: total.rowsWritten / QUEUED,
    rowsRead: total.rowsRead / QUEUED,
  };
  const trips = perWebhook.roundTrips * 100;
  const lines = [
    { what: `(b) draining ${QUEUED} webhooks`, measured: `${fixed(perSecond, 0)}/s`, goal: "", isMet: null },
    {
      what: "(b) rows written per webhook",
      measured: fixed(perWebhook.rowsWritten, 3),
      goal: "<= 3",
      isMet: perWebhook.rowsWritten <= 3,
    },
    { what: "(b) D1 round trips per 100 webhooks", measured: fixed(trips), goal: "<= 2", isMet: trips <= 2 },
    { what: "(b) rows read per webhook", measured: fixed(perWebhook.rowsRead, 1), goal: "", isMet: null },
  ];
  return { lines, perWebhook };
}

/** (c) From the 200 to the row in the mirror, through the real queue. */
async function benchVisible(stack: Stack): Promise<Line[]> {
  const times: number[] = [];
  for (let index = 0; index < 10; index++) {
    const id = 1_000_000 + index;
    const status = await post(`${stack.url}/webhooks/revento`, signedDelivery(stack.secret, id));
    if (status !== 200) throw new Error(`intake answered ${status}`);
    const startedAt = performance.now();
    for (;;) {
      const { isVisible } = await ask<{ isVisible: boolean }>(stack, `/bench/visible?id=ptp_live_${id}`);
      if (isVisible) break;
      if (performance.now() - startedAt > 60_000) throw new Error("a webhook never became visible");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    times.push(performance.now() - startedAt);
  }
  const measured = `median ${fixed(median(times), 0)} ms, worst ${fixed(Math.max(...times), 0)} ms`;
  return [{ what: "(c) acknowledged to visible (batch wait 1 s)", measured, goal: "", isMet: null }];
}

/** Resident memory of the workerd processes of this run, in MB. */
function memoryMb(): number {
  const mine = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/status`, "utf8");
      } catch {
        return "";
      }
    })
    .filter(
      (status) =>
        /^Name:\s+workerd/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status),
    );
  return mine.reduce((sum, status) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024, 0);
}

interface Walk extends DrainCounts {
  readonly left: number;
  readonly ran: number;
}

async function walk(
  stack: Stack,
): Promise<DrainCounts & { readonly seconds: number; readonly memory: number }> {
  const total = { roundTrips: 0, rowsWritten: 0, rowsRead: 0 };
  let memory = 0;
  const startedAt = performance.now();
  for (let left = 1; left > 0; ) {
    const step = await ask<Walk>(stack, `/bench/reconcile?people=${PEOPLE}&steps=50`);
    for (const key of ["roundTrips", "rowsWritten", "rowsRead"] as const) total[key] += step[key];
    memory = Math.max(memory, memoryMb());
    left = step.left;
  }
  return { ...total, seconds: (performance.now() - startedAt) / 1000, memory };
}

/** (d) A reconcile that finds nothing changed. */
async function benchReconcile(stack: Stack): Promise<{ lines: Line[]; rowsPerPage: number }> {
  const before = memoryMb();
  await walk(stack);
  await walk(stack);
  const unchanged = await walk(stack);
  const pages = PEOPLE / 50 + 1;
  const lines = [
    {
      what: `(d) reconcile of ${PEOPLE} unchanged: rows written for ${pages} pages`,
      measured: String(unchanged.rowsWritten),
      goal: `<= ${pages + 5}`,
      isMet: unchanged.rowsWritten <= pages + 5,
    },
    {
      what: "(d) its time without Revento's, and the most memory of workerd",
      measured: `${fixed(unchanged.seconds, 1)} s, ${fixed(unchanged.memory, 0)} MB (before: ${fixed(before, 0)} MB)`,
      goal: "",
      isMet: null,
    },
    { what: "(d) rows read per page", measured: fixed(unchanged.rowsRead / pages, 0), goal: "", isMet: null },
  ];
  return { lines, rowsPerPage: unchanged.rowsWritten / pages };
}

/** (e) List prices, from what was counted. */
function benchPrice(perWebhook: DrainCounts, rowsPerPage: number): Line[] {
  const price = pricePerWebhook(perWebhook);
  const month = (webhooks: number, pagesPerReconcile: number) =>
    `$${fixed(pricePerMonth({ webhooks, pagesPerReconcile, perWebhook: price, rowsPerPage }))}`;
  const million = price * 1e6;
  return [
    {
      what: "(e) list price of a million webhooks",
      measured: `$${fixed(million)}`,
      goal: "<= $6",
      isMet: million <= 6,
    },
    {
      what: "(e) a connection-month: 200 people, 1,000 webhooks",
      measured: month(1_000, 12),
      goal: "",
      isMet: null,
    },
    {
      what: "(e) a connection-month: 2,000 people, 10,000 webhooks",
      measured: month(10_000, 55),
      goal: "",
      isMet: null,
    },
    {
      what: "(e) a connection-month: 20,000 people, 100,000 webhooks",
      measured: month(100_000, 430),
      goal: "",
      isMet: null,
    },
  ];
}

/** The mirror: intake, draining, visibility, reconcile, price. One run, workerd directly. */
export async function benchMirror(): Promise<void> {
  const intake = await benchApart();
  const intakeOnly = await startStack({ hasConsumers: false });
  const laptop = await benchLaptop(intakeOnly).finally(() => intakeOnly.stop());
  const stack = await startStack();
  try {
    await ask(stack, `/bench/seed?connections=${EVENTS}`);
    const visible = await benchVisible(stack);
    const { lines: drained, perWebhook } = await benchDrain(stack);
    const { lines: reconciled, rowsPerPage } = await benchReconcile(stack);
    printTable("Webhooks and the mirror", [
      ...intake,
      ...laptop,
      ...drained,
      ...visible,
      ...reconciled,
      ...benchPrice(perWebhook, rowsPerPage),
    ]);
  } finally {
    await stack.stop();
  }
}
