import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { api } from "../support/api.ts";
import { type Browser, createBrowser } from "../support/browser.ts";
import { testSettings } from "../support/settings.ts";

const NOW = Date.now();
const SCOPES = ["event.read", "participants.read", "program.read"];
const STATES = ["active", "reconnect_required", "ended"] as const;
const ENDS = { reconnect_required: "invalid_grant", ended: "token_revoked" } as const;
const HEALTH = ["healthy", "throttled", "error", "revoked", "unknown"] as const;

/** Connections of every state, reason, scope and health, in a mixed order. */
const seeded = Array.from({ length: 240 }, (_, n) => {
  const state = STATES[n % 3] ?? "active";
  return {
    event_id: `evt_${String(n * 10).padStart(5, "0")}`,
    organization_id: `org_${n % 7}`,
    state,
    reason: state === "active" ? null : n % 4 === 0 ? "organizer_revoked" : ENDS[state],
    health_state: HEALTH[n % 5] ?? "unknown",
    // Every other look is an hour old.
    health_checked_at: NOW - (n % 2) * 3_600_000,
    scopes: n % 8 < 4 ? SCOPES : SCOPES.slice(0, 1),
    event_name: n % 10 === 0 ? `Zjazd ${n}` : `Event ${n}`,
  };
});
type Seeded = (typeof seeded)[number];

async function insert(rows: readonly Seeded[]): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO connections (id, event_id, organization_id, generation, state, reason, connected_at, life_started_at,
       ended_at, created_at, granted_scopes, asked_scopes, health_state, health_checked_at, event_name)
     SELECT 'c' || (value->>'event_id'), value->>'event_id', value->>'organization_id', 1, value->>'state', value->>'reason',
       ?2, ?2, CASE WHEN value->>'state' <> 'active' THEN ?2 END, ?2, value->'scopes', value->'scopes',
       value->>'health_state', value->>'health_checked_at', value->>'event_name' FROM json_each(?1)`,
  )
    .bind(JSON.stringify(rows), NOW)
    .run();
}

let browser: Browser;
beforeAll(async () => {
  await insert(seeded);
  browser = createBrowser();
  await browser.post("/ops/sign-in", { token: testSettings.OPERATOR_TOKEN });
});

async function pageOf(address: string) {
  const html = await (await browser.get(address)).text();
  const body = /<tbody>([\s\S]*)<\/tbody>/.exec(html)?.[1] ?? "";
  const rows = body.split("</tr>").flatMap((row) => {
    const id = /\/ops\/connections\/(evt_\w+)\//.exec(row)?.[1];
    return id === undefined ? [] : [{ id, row }];
  });
  const next = /href="([^"]*)"[^>]*>\s*Next page/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  return { rows, next };
}

/** Follows "Next page" to the end. `between` happens after each page but the last. */
async function walk(query: string, between: (page: number) => Promise<unknown> = async () => undefined) {
  const rows: { id: string; row: string }[] = [];
  let address: string | undefined = `/ops/connections${query}`;
  for (let page = 1; address !== undefined && page < 20; page++) {
    const one: Awaited<ReturnType<typeof pageOf>> = await pageOf(address);
    rows.push(...one.rows);
    address = one.next;
    if (address !== undefined) await between(page);
  }
  return rows;
}

/** What a page says of health: an old "healthy" is unknown, what has ended is revoked. */
const shown = ({ state, health_state, health_checked_at }: Seeded): string =>
  state !== "active"
    ? "revoked"
    : health_state === "healthy" && health_checked_at < NOW - 2_400_000
      ? "unknown"
      : health_state;

const filters: readonly (readonly [query: string, fits: (one: Seeded) => boolean])[] = [
  ["", () => true],
  ...STATES.map((state) => [`?status=${state}`, (one: Seeded) => one.state === state] as const),
  ...["organizer_revoked", "invalid_grant", "token_revoked"].map(
    (reason) => [`?reason=${reason}`, (one: Seeded) => one.reason === reason] as const,
  ),
  ...HEALTH.map((health) => [`?health=${health}`, (one: Seeded) => shown(one) === health] as const),
  ["?scope=program.read", ({ scopes }) => scopes.includes("program.read")],
  ["?scope=!program.read", ({ scopes }) => !scopes.includes("program.read")],
  ["?q=zjazd", ({ event_name }) => event_name.startsWith("Zjazd")],
  ["?q=org_3", ({ organization_id }) => organization_id === "org_3"],
  [
    "?status=active&scope=!program.read&health=error&q=event",
    (one) =>
      one.state === "active" &&
      !one.scopes.includes("program.read") &&
      one.health_state === "error" &&
      one.event_name.startsWith("Event"),
  ],
];

test.each(filters)("the page %s lists those that fit, each once, in order", async (query, fits) => {
  const expected = seeded.filter(fits).map(({ event_id }) => event_id);
  expect(expected.length).toBeGreaterThan(0);
  const rows = await walk(query);
  expect(rows.map(({ id }) => id)).toEqual(expected);
  for (const { id, row } of rows) {
    const one = seeded.find(({ event_id }) => event_id === id) as Seeded;
    const words = row.replaceAll(/<[^>]+>/g, " ");
    for (const word of [one.state, one.reason ?? "–", shown(one), one.organization_id]) {
      expect(words, id).toContain(word);
    }
  }
});

test.each(STATES)("the API lists those of the status %s, each once, in order", async (status) => {
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await api(
      "GET",
      `/connections?status=${status}&limit=30${cursor && `&cursor=${cursor}`}`,
    );
    const list = body as { data: { event_id: string }[]; next_cursor: string | null };
    seen.push(...list.data.map(({ event_id }) => event_id));
    cursor = list.next_cursor;
  }
  expect(seen).toEqual(seeded.filter(({ state }) => state === status).map(({ event_id }) => event_id));
});

/** Connections come and go before, at and after the place where a reader is. */
async function disturb(page: number): Promise<void> {
  const [template] = seeded;
  if (template === undefined) throw new Error("nothing is seeded");
  const near = [0, page * 300, page * 500, 2_390].map((at) => at + page);
  await insert(near.map((at) => ({ ...template, event_id: `evt_${String(at).padStart(5, "0")}x` })));
  await env.DB.prepare("DELETE FROM connections WHERE event_id IN (?, ?, ?)")
    .bind(...[page, 30 * page + 1, 239 - page].map((n) => `evt_${String(n * 10).padStart(5, "0")}`))
    .run();
}

async function calm(): Promise<void> {
  await env.DB.prepare("DELETE FROM connections").run();
  await insert(seeded);
}

async function stayed(): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT event_id FROM connections").all<{ event_id: string }>();
  const there = new Set(results.map(({ event_id }) => event_id));
  return seeded.map(({ event_id }) => event_id).filter((id) => there.has(id));
}

test("while connections come and go, a reader of the page sees each that stays, once", async () => {
  await calm();
  const ids = (await walk("", disturb)).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(ids.toSorted());
  const still = await stayed();
  expect(still.length).toBeLessThan(seeded.length);
  expect(ids).toEqual(expect.arrayContaining(still));
});

test("while connections come and go, a reader of the API sees each that stays, once", async () => {
  await calm();
  const ids: string[] = [];
  let page = 0;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await api("GET", `/connections?limit=60${cursor && `&cursor=${cursor}`}`);
    const list = body as { data: { event_id: string }[]; next_cursor: string | null };
    ids.push(...list.data.map(({ event_id }) => event_id));
    cursor = list.next_cursor;
    if (cursor !== null) await disturb(++page);
  }
  expect(page).toBeGreaterThan(2);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(await stayed()));
});
