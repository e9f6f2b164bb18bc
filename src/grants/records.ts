import { countOutcome } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import type { CallRecord } from "./protocol.ts";

/** How long a record is kept. */
export const RECORD_DAYS = 14;

const INSERT = `INSERT INTO calls (connection_id, at, request_id, method, path, status, error, duration_ms, attempt)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING`;

/** Each write clears away what its connection kept too long: a range of the key, nothing written where there is none. */
const TRIM = "DELETE FROM calls WHERE connection_id = ?1 AND at < ?2";

/** Connections that are over call no more: the cron clears away after them. */
const SWEEP = `DELETE FROM calls WHERE at < ?1 AND connection_id IN (
  SELECT id FROM connections WHERE ended_at <= ?2 AND state <> 'active' AND deletion_requested_at IS NULL
    AND erased_at IS NULL ORDER BY ended_at LIMIT 500)`;

const keptSince = (world: World): number => world.now() - RECORD_DAYS * 86_400_000;

/** Daily: deletes the records that no further call of their connection will. */
export async function sweepCalls(world: World): Promise<void> {
  await world.db.raw.prepare(SWEEP).bind(keptSince(world), world.now()).run();
}

/** The statements that write records and counters down, for a batch of the caller's. */
export function recordStatements(
  world: World,
  connectionId: string | null,
  records: readonly CallRecord[],
): D1PreparedStatement[] {
  const { raw } = databaseFor(world, connectionId ?? "");
  return records.map((record) =>
    raw
      .prepare(INSERT)
      .bind(
        connectionId ?? "",
        record.at,
        record.requestId,
        record.method,
        record.path,
        record.status,
        record.error,
        record.durationMs,
        record.attempt,
      ),
  );
}

/**
 * Writes down the attempts of a call and counts them. A record that cannot be written never makes the call fail: the
 * log line has the same ids.
 */
export async function recordCalls(
  world: World,
  connectionId: string | null,
  records: readonly CallRecord[],
  isMalformed = false,
): Promise<void> {
  if (records.length === 0) return;
  const marked = records.map((record, index) =>
    isMalformed && index === records.length - 1 ? { ...record, error: "malformed" } : record,
  );
  const counted = marked.map(({ status, error }) =>
    countOutcome(world, "calls", status === null ? (error ?? "no_answer") : String(status)),
  );
  try {
    const trim = world.db.raw.prepare(TRIM).bind(connectionId ?? "", keptSince(world));
    await world.db.raw.batch([...recordStatements(world, connectionId, marked), trim, ...counted]);
  } catch (error) {
    const requestIds = marked.map(({ requestId }) => requestId).join(" ");
    world.log.error("calls.not_recorded", { connectionId, requestIds, error: String(error) });
  }
}
