import { countOutcome } from "../connections/index.ts";
import type { TokenAnswer } from "../revento/index.ts";
import type { World } from "../world.ts";
import type { CallRecord } from "./protocol.ts";
import { recordStatements } from "./records.ts";
import type { HeldGrant } from "./state.ts";

/** How a refresh is logged and counted. `timeout`: no answer came, whatever the cause. */
export type RefreshOutcome =
  | "success"
  | "refused"
  | "lost_rotation"
  | "upstream_5xx"
  | "timeout"
  | "persist_failed"
  | "malformed";

/** The record of an exchange with the token endpoint. */
export function recordOf(answer: TokenAnswer, at: number): CallRecord {
  const call = { at, method: "POST", path: "/oauth/token", attempt: 1 };
  if (answer.kind === "granted") {
    const { requestId, durationMs } = answer.tokens;
    return { ...call, requestId, durationMs, status: 200, error: null };
  }
  const { requestId, durationMs, status } = answer;
  return {
    ...call,
    requestId,
    durationMs,
    status,
    error: answer.kind === "refused" ? answer.error : answer.why,
  };
}

export function logOutcome(
  world: World,
  held: HeldGrant,
  outcome: RefreshOutcome,
  record: CallRecord | null,
): void {
  const fields = {
    outcome,
    connectionId: held.connectionId,
    generation: held.generation,
    rotation: held.rotation,
    requestId: record?.requestId,
    status: record?.status,
    error: record?.error,
  };
  if (outcome === "success") world.log.info("grant.refresh", fields);
  else world.log.warn("grant.refresh", fields);
}

/** The statements that count and record a refresh, for a batch. */
export const outcomeStatements = (
  world: World,
  held: HeldGrant,
  outcome: RefreshOutcome,
  record: CallRecord | null,
): D1PreparedStatement[] => [
  countOutcome(world, "refreshes", outcome),
  ...recordStatements(world, held.connectionId, record === null ? [] : [record]),
];

/** Logs, counts and records a refresh that brought nothing to store. What cannot be written is in the log. */
export async function reportOutcome(
  world: World,
  held: HeldGrant,
  outcome: RefreshOutcome,
  record: CallRecord | null,
): Promise<void> {
  logOutcome(world, held, outcome, record);
  try {
    await world.db.raw.batch(outcomeStatements(world, held, outcome, record));
  } catch (error) {
    world.log.error("grant.refresh_not_counted", { outcome, error: String(error) });
  }
}
