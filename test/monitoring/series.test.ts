import { expect, test } from "vitest";
import { countOutcome } from "../../src/connections/index.ts";
import { readMetrics, readSeries, toPrometheus } from "../../src/monitoring/index.ts";
import { forgetGlobal } from "../../src/retention/global.ts";
import { testWorld } from "../support/world.ts";

test("counters add up in their slot of every span, and in the sum since the installation", async () => {
  const now = Date.now();
  const world = testWorld({ now: () => now });
  await countOutcome(world, "webhooks", "applied", 3).run();
  await countOutcome(world, "webhooks", "applied", 4).run();
  await countOutcome(testWorld({ now: () => now - 3 * 3_600_000 }), "webhooks", "stale").run();
  for (const span of ["hour", "day", "week"] as const) {
    const [series] = await readSeries(world, ["webhooks"], span);
    expect(series?.counts.applied?.at(-1), span).toBe(7);
    expect(series?.counts.stale?.reduce((sum, one) => sum + one, 0) ?? 0, span).toBe(span === "hour" ? 0 : 1);
  }
  const metrics = await readMetrics(world);
  expect(metrics.webhooks).toEqual({ applied: 7, repeat: 0, stale: 1, ignored: 0, set_aside: 0 });
  expect(toPrometheus(metrics)).toContain('revento_webhooks_total{outcome="applied"} 7\n');
});

test("retention adds old counters to coarser ones, and loses none", async () => {
  const HOUR_MS = 3_600_000;
  const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2;
  for (const hours of [0, 26, 26.1, 24 * 9, 24 * 10]) {
    await countOutcome(testWorld({ now: () => now - hours * HOUR_MS }), "folded", "yes").run();
  }
  const world = testWorld({ now: () => now });
  for (let pass = 0; pass < 2; pass++) {
    await forgetGlobal(world);
    expect((await readMetrics(world)).folded).toEqual({ yes: 5 });
    const [week] = await readSeries(world, ["folded"], "week");
    expect(week?.counts.yes?.reduce((sum, one) => sum + one, 0)).toBe(3);
    const { results } = await world.db.raw
      .prepare("SELECT bucket, count FROM counters WHERE area = 'folded' ORDER BY bucket")
      .all();
    expect(results.map(({ count }) => count)).toEqual([2, 5, 1]);
  }
});
