import { expect, test } from "vitest";
import { insertAlerts, notesFor } from "../../src/alerts/index.ts";
import type { World } from "../../src/world.ts";
import { alertWorld, application, channelsOf, deliver, openBox } from "../support/alerting.ts";

/** A world whose D1 tells how many rows its batches read. */
function counted<W extends World>(world: W): { world: W; rowsRead: () => number } {
  let rows = 0;
  const raw = new Proxy(world.db.raw, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "batch") return value.bind(target);
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements);
        rows += results.reduce((sum, { meta }) => sum + meta.rows_read, 0);
        return results;
      };
    },
  });
  return { world: { ...world, db: { ...world.db, raw } }, rowsRead: () => rows };
}

test("in a storm one more alert costs the same, however many wait for the channel already", async () => {
  const box = openBox();
  const { slack, pagerduty } = channelsOf(box);
  const { world, rowsRead } = counted(
    alertWorld([{ id: "cost", on: "application.*", text: "x", channels: [slack, pagerduty] }]),
  );
  await deliver(world, { kind: "notes", notes: notesFor(world.config, application()) });
  for (let burst = 0; burst < 3; burst++) {
    await deliver(world, { kind: "notes", notes: notesFor(world.config, application()) });
  }
  const waiting = Array.from({ length: 2000 }, () => notesFor(world.config, application())).flat();
  await world.db.raw.batch(insertAlerts({ ...world, now: () => world.clock.now - 60_000 }, waiting));

  const before = rowsRead();
  await deliver(world, { kind: "notes", notes: notesFor(world.config, application()) });
  expect(rowsRead() - before).toBeLessThan(100);
});
