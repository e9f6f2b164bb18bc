/** What was recorded, read for operators: mirror rows, deliveries, timelines, traces. The one public file of this feature. */

export { type AuditRow, listAudit } from "./audit-log.ts";
export {
  DELIVERY_OUTCOMES,
  type Delivery,
  type DeliveryKey,
  type DeliveryOutcome,
  type ListedDelivery,
  listDeliveries,
} from "./deliveries.ts";
export { closeJob, openJob } from "./jobs.ts";
export { findMirrored, listMirrored, type MirroredParticipant } from "./participants.ts";
export { listMirroredResources, type MirroredResource, type ResourceKind } from "./resources.ts";
export { readSyncStates, type SyncState } from "./sync-state.ts";
export { readTimeline, type TimelineEntry, type TimelineKey } from "./timeline.ts";
export { traceId, traceParticipant } from "./trace.ts";
export { listWaiting, type Waiting } from "./waiting.ts";
