/** The registry of connections: the one public file of this feature. */

export { appendAudit, insertAuditIfChanged } from "./audit.ts";
export type { Connection, ConnectionKey, ConnectionReason, ConnectionStatus } from "./connection.ts";
export { CLOCK_SLACK_MS, STATUS_SQL } from "./connection.ts";
export {
  COUNTER_BUCKET_MS,
  counterBuckets,
  countForCharts,
  countOutcome,
  countWalk,
} from "./counters.ts";
export { endConnection } from "./end.ts";
export { findConnection, findConnectionById, listConnections } from "./find.ts";
export { connectionOfJob, jobIdOf } from "./job-id.ts";
export { type OpenedConnection, openConnection } from "./open.ts";
export { isTellingMore, reasonRank, statusForReason } from "./reasons.ts";
export { type LivingConnection, restoreConnection } from "./restore.ts";
export { hasScope } from "./scopes.ts";
export { type ConnectionSearch, countByStatus, searchConnections } from "./search.ts";
