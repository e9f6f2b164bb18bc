import { expect, test } from "vitest";
import { manifest } from "../../src/manifest.ts";
import { CRON_INTERVALS } from "../../src/monitoring/index.ts";
import { judge } from "../../src/monitoring/judge.ts";
import type { Measured } from "../../src/monitoring/measure.ts";

const quiet: Measured = {
  refreshFailures: 0,
  failedDeliveries: 0,
  refusedDeliveries: 0,
  revokedConnections: 0,
  activeConnections: 10,
  deadLetters: 0,
  oldestWaiting: { outbox: 0, spills: 0, runs: 0, erasures: 0 },
  overdueErasures: 0,
  pausedHandlers: [],
  probes: 10,
  oldestActiveAge: 0,
  cronAges: {},
};
const raisedBy = (measured: Partial<Measured>): string[] =>
  judge({ ...quiet, ...measured }, manifest.monitoring, CRON_INTERVALS)
    .filter(({ isRaised }) => isRaised)
    .map(({ name }) => name);

test("the three that Revento asks for are watched: refresh failures, failing deliveries, revoked tokens spiking", () => {
  expect(raisedBy({})).toEqual([]);
  expect(raisedBy({ refreshFailures: 1_000 })).toEqual(["refresh_failing"]);
  expect(raisedBy({ failedDeliveries: 1_000 })).toEqual(["deliveries_failing"]);
  expect(raisedBy({ revokedConnections: 1_000 })).toContain("token_revoked_spike");
});
