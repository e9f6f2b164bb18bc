/** Whether a connection works: probes and what may be said of them. The one public file of this feature. */

export { nextHealth, observe, type ShownHealth, STALE_AFTER_MS, shownHealth } from "./judge.ts";
export { runProbe } from "./probe.ts";
export { delayOf, enqueueProbes, scheduleProbes } from "./schedule.ts";
