/** Counters, signals and the watchdog: the one public file of this feature. */

export { AREAS, type Metrics, readMetrics, toPrometheus } from "./metrics.ts";
export { countSeals, type SealCount } from "./seals.ts";
