import { countOutcome } from "../connections/index.ts";
import { databaseFor } from "../db/client.ts";
import type { World } from "../world.ts";
import type { CallRecord } from "./protocol.ts";

/** How long a record is kept. */
export const RECORD_DAYS = 14;

const INSERT = `INSERT INTO calls (connection_id, at, request_id, method, path, status, error, duration_ms, attempt)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING`;

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
    await world.db.raw.batch([...recordStatements(world, connectionId, marked), ...counted]);
  } catch (error) {
    const requestIds = marked.map(({ requestId }) => requestId).join(" ");
    world.log.error("calls.not_recorded", { connectionId, requestIds, error: String(error) });
  }
}
