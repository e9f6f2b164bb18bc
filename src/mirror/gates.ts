/**
 * SQL over a row `e` of `json_each`, whose value has `c` (connection id), `e` (event), `o` (organization), `res`
 * (resource as in runs), `id` and `at` (occurred_at). Everything that decides whether a write may happen stands in the
 * statement that writes: nothing is read first and written later.
 */

/** No platform-wide suspension or unpublishing covers this life. */
export const NOT_SUSPENDED = "g.connected_at > coalesce((SELECT max(at) FROM platform_state), 0)";

/** A guard row of the connection that is still this connection and active. */
const GUARD = `FROM guards g WHERE g.event_id = e.value->>'$.e' AND g.organization_id = e.value->>'$.o'
  AND g.connection_id = e.value->>'$.c' AND g.state = 'active' AND ${NOT_SUSPENDED}`;

/** The connection takes writes now. */
export const IS_OPEN = `EXISTS (SELECT 1 ${GUARD})`;

/**
 * The connection takes writes, and its life had begun when the webhook's event happened: the initial sync contains what
 * was before, and it may be of people whom an erasure has removed.
 */
export const IS_OPEN_FOR_WEBHOOK = `EXISTS (SELECT 1 ${GUARD} AND g.life_started_at <= e.value->>'$.at')`;

/** The connection takes writes, and those of this generation (`$.g`). */
export const IS_OPEN_FOR_RUN = `EXISTS (SELECT 1 ${GUARD} AND g.generation = e.value->>'$.g')`;

/**
 * Ranks of successive pages may go back by less than this: Revento's `Date` has whole seconds. So no page has a later
 * rank than the last one's plus this.
 */
const RANK_SLACK_MS = 2_000;

/** The newest page of the run in a slot. */
const newestIn = (slot: string, run: string): string => `(SELECT p.rank FROM run_pages p
  WHERE p.connection_id = r.connection_id AND p.slot = ${slot} AND p.resource = e.value->>'$.res' AND p.run_id = ${run}
  ORDER BY p.page DESC LIMIT 1)`;

// Unchanged rows are not written, so their version does not tell that a page has confirmed them since. The pages do.
// The first arm keeps webhooks that are newer than all pages, nearly all of them, from reading any.
const IS_IN_A_PAGE = `(CASE WHEN e.value->>'$.at' <= ${RANK_SLACK_MS} + coalesce((
    SELECT max(coalesce(${newestIn("r.slot", "r.id")}, 0), coalesce(${newestIn("r.complete_slot", "r.complete_id")}, 0))
    FROM runs r WHERE r.connection_id = e.value->>'$.c'), 0)
  THEN EXISTS (
    SELECT 1 FROM runs r JOIN run_pages p ON p.connection_id = r.connection_id
      AND ((p.slot = r.slot AND p.run_id = r.id) OR (p.slot = r.complete_slot AND p.run_id = r.complete_id))
    WHERE r.connection_id = e.value->>'$.c' AND p.resource = e.value->>'$.res' AND p.rank >= e.value->>'$.at'
      AND EXISTS (SELECT 1 FROM json_each(p.ids) i WHERE i.value = e.value->>'$.id'))
  ELSE 0 END)`;

/**
 * A webhook that is already contained in what the mirror has: from before the last complete run of its resource, or
 * from before a page that held its row.
 */
export const IS_CONTAINED = `(
  e.value->>'$.at' < coalesce((SELECT r.complete_ranks->>('$.' || (e.value->>'$.res')) FROM runs r
    WHERE r.connection_id = e.value->>'$.c'), 0)
  OR ${IS_IN_A_PAGE})`;
