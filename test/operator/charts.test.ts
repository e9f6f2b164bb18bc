import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { countForCharts, countOutcome } from "../../src/connections/index.ts";
import { api } from "../support/api.ts";
import { operatorBrowser, readPage, textOf } from "../support/ops.ts";
import { testWorld } from "../support/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW = Date.now();

const count = (area: string, outcome: string, n: number, ago: number) =>
  countOutcome(testWorld({ now: () => NOW - ago }), area, outcome, n).run();

interface Chart {
  readonly label: string;
  readonly legend: Readonly<Record<string, number>>;
  readonly heights: Readonly<Record<string, number>>;
}

/** The charts of the overview by title: the text alternative, the legend, the height of each class of bars. */
function chartsOf(html: string): Readonly<Record<string, Chart>> {
  const figures = [...html.matchAll(/<figure class="chart card">([\s\S]*?)<\/figure>/g)].map(
    ([, figure = ""]) => {
      const title = textOf(/<figcaption>([\s\S]*?)<\/figcaption>/.exec(figure)?.[1] ?? "");
      const picture = /<svg[^>]*role="img"[^>]*aria-label="([^"]*)"[^>]*>([\s\S]*?)<\/svg>/.exec(figure);
      const heights: Record<string, number> = {};
      for (const [rect] of (picture?.[2] ?? "").matchAll(/<rect[^>]*>/g)) {
        const shade = /class="(\w+)"/.exec(rect)?.[1] ?? "";
        heights[shade] = (heights[shade] ?? 0) + Number(/height="([\d.]+)"/.exec(rect)?.[1]);
      }
      const legend = Object.fromEntries(
        [...figure.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item = ""]) => {
          const [, outcome = "", n] = /^(.*) (\d+)$/.exec(textOf(item)) ?? [];
          return [outcome, Number(n)];
        }),
      );
      return [title, { label: picture?.[1] ?? "", legend, heights }] as const;
    },
  );
  return Object.fromEntries(figures);
}

const SPANS = [
  ["hour", { applied: 4, stale: 2 }],
  ["day", { applied: 9, stale: 2 }],
  ["week", { applied: 16, stale: 2, set_aside: 1 }],
] as const;

async function countEverything(): Promise<void> {
  await env.DB.prepare("DELETE FROM counters").run();
  await count("webhooks", "applied", 4, 0);
  await count("webhooks", "stale", 2, 0);
  await count("webhooks", "applied", 5, 3 * HOUR_MS);
  await count("webhooks", "applied", 7, 50 * HOUR_MS);
  await count("webhooks", "set_aside", 1, 50 * HOUR_MS);
  await count("webhooks", "applied", 100, 9 * 24 * HOUR_MS);
  await countForCharts(testWorld(), "lag", "under 1 s", 6).run();
  await count("refreshes", "success", 3, 0);
  await count("refreshes", "invalid_grant", 1, 0);
  await count("calls", "200", 12, 0);
  await count("calls", "429", 2, 0);
  await count("probes", "healthy", 8, 0);
}

test.each(SPANS)(
  "the charts of the last %s show what was counted in it, as bars and in words",
  async (span, webhooks) => {
    await countEverything();
    const html = await readPage(await operatorBrowser(), `/ops?span=${span}`);
    const charts = chartsOf(html);
    expect(Object.keys(charts)).toEqual([
      "Webhooks by outcome",
      "Webhooks: from received to processed",
      "Token refreshes",
      "Calls to Revento by status",
      "Health probes",
    ]);
    const first = charts["Webhooks by outcome"];
    expect(first?.legend).toEqual(webhooks);
    for (const [outcome, n] of Object.entries(webhooks)) expect(first?.label).toContain(`${outcome} ${n}`);
    expect(first?.label).toMatch(/^Webhooks by outcome: .*At most \d+ in one step\.$/);
    expect(charts["Token refreshes"]?.legend).toEqual({ invalid_grant: 1, success: 3 });
    expect(charts["Calls to Revento by status"]?.legend).toEqual({ "200": 12, "429": 2 });
    expect(charts["Webhooks: from received to processed"]?.legend).toEqual({ "under 1 s": 6 });
    expect(charts["Health probes"]?.label).toContain("healthy 8. At most 8");
    expect(html).toMatch(new RegExp(`aria-current="true"[^>]*>Last ${span}<`));
  },
);

test("bars are as high as their counts", async () => {
  await countEverything();
  const { heights = {} } = chartsOf(await readPage(await operatorBrowser(), "/ops"))["Token refreshes"] ?? {};
  const { good = 0, bad = 0 } = heights;
  expect(good / bad).toBeCloseTo(3, 0);
  // The highest bar takes the height of the picture but for its margin.
  expect(good + bad).toBeGreaterThan(140);
  expect(good + bad).toBeLessThanOrEqual(150);
});

test("where nothing was counted, a chart says so in words; a span that does not exist is a day", async () => {
  await env.DB.prepare("DELETE FROM counters").run();
  const browser = await operatorBrowser();
  expect(textOf(await readPage(browser, "/ops?span=week"))).toContain("Nothing in the last week.");
  expect(textOf(await readPage(browser, "/ops?span=constructor"))).toContain("Nothing in the last day.");
});

/** One line of Prometheus' text format. */
const LINE =
  /^(?:# HELP (?<helped>[a-z_]+) .+|# TYPE (?<typed>[a-z_]+) (?<type>counter|gauge)|(?<name>[a-z_]+)\{outcome="(?<outcome>(?:[^"\\]|\\.)*)"\} (?<value>\d+))$/;

test("Prometheus' text says line by line what the metrics say, each name with its type before it", async () => {
  await countEverything();
  await count("calls", 'a "quoted" \\ one\nof two lines', 5, 0);
  const { body: json } = await api("GET", "/metrics");
  const { body: text, headers } = await api("GET", "/metrics?format=prometheus");
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(String(text).endsWith("\n")).toBe(true);
  const found: Record<string, Record<string, number>> = {};
  const types = new Map<string, string>();
  const helped = new Set<string>();
  for (const line of String(text).slice(0, -1).split("\n")) {
    const groups = LINE.exec(line)?.groups;
    if (groups === undefined) throw new Error(`no line of Prometheus: ${line}`);
    if (groups.helped !== undefined) helped.add(groups.helped);
    if (groups.typed !== undefined) types.set(groups.typed, groups.type ?? "");
    if (groups.name === undefined) continue;
    expect(types.get(groups.name), line).toBe("counter");
    expect(helped, line).toContain(groups.name);
    const area = /^revento_(\w+)_total$/.exec(groups.name)?.[1] ?? "";
    const outcome = (groups.outcome ?? "").replaceAll(/\\(.)/g, (_, char) => (char === "n" ? "\n" : char));
    expect(found[area]?.[outcome], `${line} stands twice`).toBeUndefined();
    found[area] = { ...found[area], [outcome]: Number(groups.value) };
  }
  const counted = Object.entries(json as Record<string, Record<string, number>>);
  expect(found).toEqual(
    Object.fromEntries(counted.filter(([, outcomes]) => Object.keys(outcomes).length > 0)),
  );
  expect([...types.keys()].sort()).toEqual(counted.map(([area]) => `revento_${area}_total`).sort());
  expect(found.webhooks).toEqual({ applied: 116, repeat: 0, stale: 2, ignored: 0, set_aside: 1 });
});
