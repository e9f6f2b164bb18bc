/**
 * What the settings of the consumers are chosen by: how many messages a batch, and how many consumers at once. Every
 * cell drains as many webhooks into the same database, in several rounds, so that a slow minute of the machine strikes
 * all alike; the median of a cell is shown, and its ratio to the cell that `wrangler.toml` takes.
 */
import { median, quantile } from "./quantile.ts";
import { type Stack, startStack } from "./stack.ts";

const SIZES = [10, 25, 50, 100];
const CONSUMERS = [1, 2, 4, 8];
/** D1 stands next door, and for the chosen size also as many milliseconds away: there a consumer waits, and others work. */
const CHOSEN = { size: 100, consumers: 4, distance: 20 };
const ROUNDS = 3;
/** Of one cell in one round: a multiple of all sizes. */
const COUNT = 2_000;
const EVENTS = 20;

interface Counts {
  readonly sentBack: number;
  readonly roundTrips: number;
  readonly rowsWritten: number;
  readonly sqlMs: number;
  readonly callMs: readonly number[];
}

interface Cell {
  readonly size: number;
  readonly consumers: number;
  readonly distance: number;
  readonly perSecond: number[];
  readonly rounds: Counts[];
}

async function fill(
  stack: Stack,
  { size, consumers, distance, perSecond, rounds }: Cell,
  from: number,
): Promise<void> {
  const query = new URLSearchParams(
    Object.entries({ from, count: COUNT, connections: EVENTS, size, consumers, distance }).map(
      ([key, value]) => [key, `${value}`],
    ),
  );
  const startedAt = performance.now();
  const response = await fetch(`${stack.url}/bench/drain?${query}`);
  if (!response.ok) throw new Error(await response.text());
  rounds.push((await response.json()) as Counts);
  perSecond.push(COUNT / ((performance.now() - startedAt) / 1000));
}

function show(cell: Cell, chosen: number): Record<string, string> {
  const per = (key: "roundTrips" | "rowsWritten" | "sqlMs" | "sentBack", of: number) =>
    median(cell.rounds.map((round) => (round[key] / COUNT) * of));
  const calls = cell.rounds.flatMap(({ callMs }) => callMs);
  const perSecond = median(cell.perSecond);
  return {
    "D1 away ms": `${cell.distance}`,
    batch: `${cell.size}`,
    consumers: `${cell.consumers}`,
    "webhooks/s": perSecond.toFixed(0),
    "of chosen": (perSecond / chosen).toFixed(2),
    "trips/100": per("roundTrips", 100).toFixed(1),
    "rows each": per("rowsWritten", 1).toFixed(3),
    "D1 ms/100": per("sqlMs", 100).toFixed(1),
    "call p50 ms": median(calls).toFixed(1),
    "call p99 ms": quantile(calls, 0.99).toFixed(1),
    "sent back": per("sentBack", COUNT).toFixed(0),
  };
}

interface Walks extends Counts {
  readonly ran: number;
}

const WALKS_AT_ONCE = [1, 2, 5, 10, 20];
const PEOPLE = 1_000;
const ANSWER_MS = 100;

/**
 * Jobs: a walk has one message at a time, and a consumer takes its messages one after the other, so that consumers at once
 * are pages at once. What a page waits for is Revento.
 */
async function benchWalks(stack: Stack): Promise<void> {
  const table: Record<string, string>[] = [];
  for (const consumers of WALKS_AT_ONCE) {
    const walk = async (): Promise<Walks> => {
      const query = `people=${PEOPLE}&answer=${ANSWER_MS}&consumers=${consumers}`;
      const response = await fetch(`${stack.url}/bench/walks?${query}`);
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as Walks;
    };
    // The first one fills the mirror.
    await walk();
    const startedAt = performance.now();
    const counts = await walk();
    const seconds = (performance.now() - startedAt) / 1000;
    table.push({
      consumers: `${consumers}`,
      "jobs/s": (counts.ran / seconds).toFixed(0),
      "D1 ms a job": (counts.sqlMs / counts.ran).toFixed(2),
      "D1 busy": `${(counts.sqlMs / 10 / seconds).toFixed(0)} %`,
      "call p50 ms": median(counts.callMs).toFixed(1),
      "call p99 ms": quantile(counts.callMs, 0.99).toFixed(1),
    });
  }
  console.log(`\nWalks at once, Revento answering in ${ANSWER_MS} ms`);
  console.table(table);
}

/** Prints the tables. */
export async function benchBatches(): Promise<void> {
  const stack = await startStack();
  try {
    await fetch(`${stack.url}/bench/seed?connections=${EVENTS}`);
    await benchWalks(stack);
    const cell = (size: number, consumers: number, distance: number): Cell => ({
      ...{ size, consumers, distance },
      perSecond: [],
      rounds: [],
    });
    const cells: readonly Cell[] = [
      ...SIZES.flatMap((size) => CONSUMERS.map((consumers) => cell(size, consumers, 0))),
      ...CONSUMERS.map((consumers) => cell(CHOSEN.size, consumers, CHOSEN.distance)),
    ];
    let from = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      for (const cell of cells) {
        await fill(stack, cell, from);
        from += COUNT;
        // The first round warms up.
        if (round === 0) cell.perSecond.length = cell.rounds.length = 0;
      }
    }
    const chosen = cells.find(
      ({ size, consumers, distance }) =>
        size === CHOSEN.size && consumers === CHOSEN.consumers && distance === CHOSEN.distance,
    );
    console.log("\nBatch sizes and consumers at once");
    console.table(cells.map((cell) => show(cell, median(chosen?.perSecond ?? []))));
  } finally {
    await stack.stop();
  }
}

if (import.meta.main) await benchBatches();
