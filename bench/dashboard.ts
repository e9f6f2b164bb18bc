/**
 * The operator's dashboard at scale, in real workerd with a local D1: 10,000 connections, 1,000,000 deliveries, 20,000
 * participants in one event. Prints for each page the time of the server as a client next to it sees it (median and worst of
 * ten, goal 150 ms), the rows that it reads, and the plan of each of its statements: none may go through a whole table that
 * grows. Ends non-zero where one does, or where a page is too slow. `BENCH_SCALE` makes everything smaller.
 */
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { bundleFor, integrationOf, migrate } from "../test/node/support/workerd.ts";
import { testSettings } from "../test/support/settings.ts";
import { isScan } from "./dashboard/scan.ts";
import { SEED } from "./dashboard/seed.ts";

const GOAL_MS = 150;
const ROUNDS = 10;
const scale = Number(process.env.BENCH_SCALE ?? 1);

const BIG = "/ops/connections/evt_00000001/org_001";
const LATER = `cursor=${Buffer.from('["evt_00009960","org_060"]').toString("base64url")}`;
const LATER_PERSON = `cursor=${Buffer.from('["ptp_5"]').toString("base64url")}`;
const PAGES: readonly (readonly [name: string, path: string])[] = [
  ["overview", "/ops"],
  ["overview, week", "/ops?span=week"],
  ["connections", "/ops/connections"],
  ["connections, last page", `/ops/connections?${LATER}`],
  ["connections by status", "/ops/connections?status=reconnect_required"],
  ["connections by reason", "/ops/connections?reason=invalid_grant"],
  ["connections by health", "/ops/connections?health=error"],
  ["connections by scope", "/ops/connections?scope=!program.read"],
  ["connections by name", "/ops/connections?q=Event%20777"],
  ["one connection", BIG],
  ["its 20,000 participants", `${BIG}/participants`],
  ["a later page of them", `${BIG}/participants?${LATER_PERSON}`],
  ["search in 20,000", `${BIG}/participants?q=nobody`],
  ["deliveries", "/ops/deliveries"],
  ["deliveries, stale", "/ops/deliveries?status=stale"],
  ["trace of a delivery", `/ops/trace?id=dlv_${500_000 * scale}`],
  ["trace of a participant", `/ops/trace?id=ptp_${10_000 * scale}`],
  ["dead letters", "/ops/dead-letters"],
  ["dead letters by queue", "/ops/dead-letters?queue=revento-webhooks"],
  ["erasures", "/ops/erasures"],
  ["alerts", "/ops/alerts"],
  ["audit", "/ops/audit"],
  ["keys", "/ops/keys"],
  ["checklist", "/ops/checklist"],
  ["configuration", "/ops/configuration"],
];

/** What goes through a whole table or index on purpose, by step of the plan, and why that is no harm. */
const ON_PURPOSE: readonly (readonly [step: RegExp, why: string])[] = [
  [
    /^SCAN c( USING (COVERING )?INDEX (connections_|sqlite_autoindex_connections)\w*)?$/,
    "the registry: one row a connection, in the order of the page or to count it",
  ],
  [/^SCAN signals USING INDEX signals_open$/, "an index of what is open alone"],
  [/^SCAN dead_letters USING INDEX dead_letters_at$/, "in the order of the page, which ends it"],
  [/^SCAN (grant_copies|user_grants)$/, "one row a grant: each seal is counted or opened"],
  [/^SCAN trials$/, "a dozen rows"],
];

interface Asked {
  readonly rowsRead: number;
  readonly plan: readonly string[];
}

const script = await bundleFor("bench/worker/dashboard.ts", { minify: true });
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ level, message }) => {
      if (level === "error") console.error(message);
    },
    workers: [{ ...integrationOf(script, testSettings), queueConsumers: {} }],
  }),
);

async function seed(): Promise<void> {
  const database = await miniflare.getD1Database("DB", "integration");
  await migrate(database);
  const began = Date.now();
  for (const [what, statement] of SEED(scale)) {
    console.log(`seeding ${what}`);
    await database.prepare(statement).run();
  }
  await database.prepare("ANALYZE").run();
  console.log(`seeded in ${((Date.now() - began) / 1000).toFixed(0)} s\n`);
}

const authorization = `Bearer ${testSettings.OPERATOR_TOKEN}`;

/** Erasures stand in an object of their own: they are asked for, as an operator does. */
async function askForErasures(origin: string): Promise<void> {
  for (let n = 9; n <= 10_000 * scale; n += 50) {
    const path = `evt_${String(n).padStart(8, "0")}/org_${String(n % 100).padStart(3, "0")}`;
    const response = await fetch(`${origin}/api/connections/${path}/erase`, {
      method: "POST",
      headers: { authorization },
    });
    if (response.status !== 202) throw new Error(`${path} was not erased: ${response.status}`);
    await response.body?.cancel();
  }
}

async function timesOf(url: string): Promise<{ readonly status: number; readonly times: readonly number[] }> {
  const times: number[] = [];
  let status = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const began = performance.now();
    const response = await fetch(url, { headers: { authorization } });
    await response.text();
    status = response.status;
    if (round > 0) times.push(performance.now() - began);
  }
  return { status, times: times.sort((a, b) => a - b) };
}

/** Prints one page. @returns its median in ms, and what is wrong with it */
async function measure(origin: string, [name, path]: (typeof PAGES)[number]) {
  const { status, times } = await timesOf(`${origin}${path}`);
  const median = times[Math.floor(ROUNDS / 2)] ?? 0;
  const explained = await fetch(`${origin}${path}`, { headers: { authorization, "x-explain": "1" } });
  const asked = (await explained.json()) as readonly Asked[];
  const rowsRead = asked.reduce((sum, one) => sum + one.rowsRead, 0);
  const scans = asked.flatMap(({ plan }) =>
    plan.filter((step) => isScan(step) && !ON_PURPOSE.some(([known]) => known.test(step))),
  );
  const problems = [
    ...(status === 200 ? [] : [`ANSWERED ${status}`]),
    ...(median < GOAL_MS ? [] : ["TOO SLOW"]),
    ...scans.map((step) => `FULL SCAN: ${step}`),
  ];
  const figures = `${median.toFixed(0).padStart(4)} ms, worst ${(times.at(-1) ?? 0).toFixed(0).padStart(3)} ms`;
  console.log(
    `${name.padEnd(24)} ${figures}, ${String(rowsRead).padStart(6)} rows read  ${problems.join("; ") || "ok"}`,
  );
  for (const { rowsRead: rows, plan } of asked)
    console.log(`    ${String(rows).padStart(6)}  ${plan.join(" > ")}`);
  return { median, problems };
}

try {
  await seed();
  const { origin } = await miniflare.unsafeGetDirectURL("integration");
  await askForErasures(origin);
  const pages = [];
  for (const page of PAGES) pages.push(await measure(origin, page));
  const slowest = Math.max(...pages.map(({ median }) => median));
  const wrong = pages.filter(({ problems }) => problems.length > 0).length;
  console.log(
    `\nslowest page: ${slowest.toFixed(0)} ms, ${(slowest / GOAL_MS).toFixed(2)} of the goal; ${wrong} pages fail`,
  );
  if (wrong > 0) process.exitCode = 1;
} finally {
  await miniflare.dispose();
}
