import { TABLES } from "../../db/tables.ts";

/** What an erasure deletes from one table. `sql` is a condition with ?1 … ?4 of `Scope`. */
export interface Target {
  readonly table: string;
  readonly keys: readonly string[];
  readonly where: string;
  /** Rows that wait for something: counted as not erased yet, and not deleted while this holds. */
  readonly hold?: string;
}

/** ?1 surrogate connection id, ?2 event, ?3 organization, ?4 our clock up to which rows without a connection id are of this life. */
export type Scope = readonly [id: string, eventId: string, organizationId: string, until: number];

/** Rows that stay: the guard row (ids of the connection only), and what is hashed instead (`hash-ids.ts`). */
const KEPT = ["guards", "audit", "deliveries"];

const BY_CONNECTION = "connection_id = ?1";

/** `erasing` tells a handler to delete what it keeps elsewhere; what it kept here may name it. Bounded by its retries. */
const ERASING = "EXISTS (SELECT 1 FROM outbox w WHERE w.connection_id = ?1 AND w.type = 'erasing')";

/** The hooks that announce the end hold ids of the connection only; they go when they are handled. */
const HOLDS: Readonly<Record<string, string>> = {
  outbox: "type IN ('ended', 'erasing')",
  handler_storage: ERASING,
  handler_leases: ERASING,
};

/** Tables that also hold rows of the connection's people that were written before its id was known. */
const SPECIAL: Readonly<Record<string, string>> = {
  dead_letters: `(${BY_CONNECTION} OR (event_id = ?2 AND organization_id = ?3 AND set_aside_at <= ?4))`,
  spills: "(event_id = ?2 AND organization_id = ?3 AND created_at <= ?4 AND ?1 <> '')",
  sessions: `(event_id = ?2 AND kind = 'participant' AND created_at <= ?4 AND ?1 <> ''
    AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.event_id = ?2 AND c.organization_id <> ?3 AND c.state = 'active'))`,
};

/**
 * Every table that can hold a row of a connection's people, read from the schema: a new table with a `connection_id`
 * is erased without anybody remembering it.
 */
export const TARGETS: readonly Target[] = TABLES.filter(
  ({ name, hasConnectionId }) => !KEPT.includes(name) && (name in SPECIAL || hasConnectionId),
).map(({ name, keys }) => ({
  table: name,
  keys,
  where: SPECIAL[name] ?? BY_CONNECTION,
  ...(HOLDS[name] === undefined ? {} : { hold: HOLDS[name] }),
}));
