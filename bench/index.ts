/** `npm run bench`: every benchmark, one after the other, each printed as a table. */
import { benchAlerts } from "./alerts.ts";
import { benchBatches } from "./batches.ts";
import { benchMirror } from "./mirror.ts";
import { printTable } from "./table.ts";

await benchMirror();
await benchBatches();
printTable(
  "Alerts",
  (await benchAlerts()).map(({ name, p50, p99, count, note }) => ({
    what: name,
    measured: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (${count} alerts) ${note}`,
    goal: "",
    isMet: null,
  })),
);
