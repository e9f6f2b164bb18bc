import type { Connection } from "../connections/index.ts";
import type { Failure } from "../failure.ts";

export type HealthState = Connection["healthState"];

export interface Observation {
  readonly state: Exclude<HealthState, "unknown">;
  /** What was seen and by what: for people. */
  readonly detail: string;
}

export interface Health {
  readonly state: HealthState;
  readonly since: number | null;
  readonly streak: number;
  readonly detail: string | null;
}

const DEAD_TOKEN = ["token_revoked", "invalid_token", "invalid_grant"];

/** What an answer to a probe shows of a connection. */
export function observe(failure: Failure | null, by: string): Observation {
  if (failure === null) return { state: "healthy", detail: `${by}: the event was read` };
  switch (failure.kind) {
    case "throttled":
      return {
        state: "throttled",
        detail: `${by}: a rate limit or a refresh under way, free again in ${failure.retryInS} s`,
      };
    case "not_connected":
      return { state: "revoked", detail: `${by}: ${failure.reason ?? failure.status}` };
    case "revento_refused":
      return {
        state: DEAD_TOKEN.includes(failure.error)
          ? "revoked"
          : failure.status === 429
            ? "throttled"
            : "error",
        detail: `${by}: Revento answered ${failure.status} ${failure.error}, request ${failure.requestId}`,
      };
    case "revento_malformed":
    case "revento_unavailable":
      return { state: "error", detail: `${by}: ${failure.detail}, request ${failure.requestId}` };
    default:
      return { state: "error", detail: `${by}: ${failure.kind}` };
  }
}

/** One bad answer is an accident, two are a state. */
const STREAK_TO_CHANGE = 2;

/**
 * The next state. A dead token and the first answer of all count at once, and so does recovery and what an operator
 * asks for; anything else has to be seen twice in a row, so that one hiccup changes nothing.
 */
export function nextHealth(
  known: Health,
  seen: Observation,
  now: number,
  isDecisive: boolean,
): Health & { readonly hasChanged: boolean } {
  if (seen.state === known.state) {
    return { ...known, streak: 0, detail: seen.detail, hasChanged: false };
  }
  const streak = known.streak + 1;
  const isAtOnce =
    isDecisive || known.state === "unknown" || seen.state === "revoked" || seen.state === "healthy";
  if (isAtOnce || streak >= STREAK_TO_CHANGE) {
    return { state: seen.state, since: now, streak: 0, detail: seen.detail, hasChanged: true };
  }
  return {
    ...known,
    streak,
    detail: `still ${known.state}; last look differed, ${seen.detail}`,
    hasChanged: false,
  };
}

/** Two intervals and a half: a look that is older proves nothing any more. */
export const STALE_AFTER_MS = 40 * 60_000;

export interface ShownHealth {
  readonly state: HealthState;
  readonly checkedAt: number | null;
  readonly since: number | null;
  readonly detail: string | null;
}

/** What may be said now. Never a stale "healthy": an old look is unknown, and an ended connection is revoked. */
export function shownHealth(connection: Connection, now: number): ShownHealth {
  const { healthState, healthCheckedAt, healthSince, healthDetail } = connection;
  if (connection.status !== "active" && healthState !== "revoked") {
    const detail = `the connection is ${connection.status} (${connection.reason ?? "no reason known"})`;
    return { state: "revoked", checkedAt: healthCheckedAt, since: connection.endedAt, detail };
  }
  const isStale = healthCheckedAt !== null && now - healthCheckedAt > STALE_AFTER_MS;
  if (healthState === "healthy" && isStale) {
    const detail = `last seen healthy at ${new Date(healthCheckedAt).toISOString()}; no look since`;
    return { state: "unknown", checkedAt: healthCheckedAt, since: null, detail };
  }
  return { state: healthState, checkedAt: healthCheckedAt, since: healthSince, detail: healthDetail };
}
