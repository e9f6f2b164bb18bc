/** The mirror of an event's data: snapshots, walks and queries. The one public file of this feature. */

export type { Address } from "./address.ts";
export {
  applySnapshots,
  invalidateProgram,
  type Place,
  type PlacedSnapshot,
  PROGRAM_CACHE_KEY,
} from "./apply.ts";
export { IS_OPEN } from "./gates.ts";
export { isMirrored, readSnapshot, type Snapshot } from "./snapshot.ts";
export { confirmReconcile } from "./sync/confirm.ts";
export { reconcileHour, reconcilePage, startReconciles } from "./sync/cron.ts";
export { runPage } from "./sync/page.ts";
export { type RunKind, startRun, startSync } from "./sync/start.ts";
export { sweepRuns } from "./sync/sweep.ts";
export { type FacetFlags, flagsOf, OUTCOME } from "./verdict-sql.ts";
