/** Counters and the watchdog: the one public file of this feature. */

export { beginCron, endCron } from "./cron-runs.ts";
export { AREAS, type Metrics, readMetrics, toPrometheus } from "./metrics.ts";
export { countSeals, type SealCount } from "./seals.ts";
export { readSeries, type Series, SPANS, type Span } from "./series.ts";
export { isSuspensionSuspected, type Suspension, suspensionOf } from "./suspected.ts";
export { CRON_INTERVALS, watch, watchSometimes } from "./watch.ts";
