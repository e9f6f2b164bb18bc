/** The newest suspension or unpublishing up to a time; null where there is none. */
const platformEnd = (upTo: string): string => `(SELECT max(at) FROM platform_state WHERE at <= ${upTo})`;

const IS_KEPT = "deletion_requested_at IS NULL AND erased_at IS NULL";

/**
 * SQL that selects from connections that are over since before `upTo` (an SQL value, epoch ms), and whose data nothing
 * has asked to erase yet: those whose end was noticed, and those that a suspension covers, whose rows stay active. Who
 * connected again has a later `connected_at`. A life begins at its connecting or before, so that the index of begun
 * lives finds the latter.
 */
export const selectOver = (columns: string, upTo: string): string => `
SELECT ${columns} FROM connections WHERE state <> 'active' AND ${IS_KEPT}
  AND (ended_at <= ${upTo} OR connected_at <= ${platformEnd(upTo)})
UNION ALL
SELECT ${columns} FROM connections WHERE state = 'active' AND ${IS_KEPT}
  AND life_started_at <= ${platformEnd(upTo)} AND connected_at <= ${platformEnd(upTo)}`;

/** When a connection that is over ended: as it was noticed, or with the first suspension that covers it. */
export const OVER_SINCE = `min(coalesce(ended_at, ${Number.MAX_SAFE_INTEGER}),
  coalesce((SELECT min(at) FROM platform_state WHERE at >= connected_at), ${Number.MAX_SAFE_INTEGER}))`;
