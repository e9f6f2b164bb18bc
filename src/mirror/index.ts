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
export { type FacetFlags, flagsOf, OUTCOME } from "./verdict-sql.ts";
