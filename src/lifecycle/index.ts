/** Endings and returns of connections, erasure, re-consent: the one public file of this feature. */

export { applyLifecycleEvent } from "./apply-event.ts";
export { isLifecycleType, type LifecycleEnvelope, type LifecycleOutcome, missingOf } from "./envelope.ts";
export { ERASE_OVER_AFTER_MS, runDueErasures } from "./erasure/due.ts";
export { idHasher } from "./erasure/hash-ids.ts";
export { selectOver } from "./erasure/over.ts";
export { reapplyErasures } from "./erasure/reapply.ts";
export { eraseConnection } from "./erasure/request.ts";
export { QUEUE_RETENTION_MS, runErasureChunk } from "./erasure/run-chunk.ts";
export { ledgerOf } from "./ledger.ts";
export { ERASURE_DEADLINE_MS, type Erasure, type ErasureProof } from "./ledger-shape.ts";
export { endPlatformPage } from "./platform.ts";
export { requireActive, type ScopeState, scopeState } from "./scopes.ts";
export { endUsersOfEvent, sweepUserGrants } from "./users.ts";
