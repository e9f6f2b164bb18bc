import { expect, test } from "vitest";
import { countOutcome } from "../../src/connections/index.ts";
import { readMetrics, readSeries, toPrometheus } from "../../src/monitoring/index.ts";
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
  expect(metrics.webhooks).toEqual({ applied: 7, stale: 1 });
  expect(toPrometheus(metrics)).toContain('revento_webhooks_total{outcome="applied"} 7\n');
});
