import type { Failure } from "../../failure.ts";
import { backoffS } from "../../lib/verdict.ts";
import type { Position } from "./run.ts";

/** What becomes of a walk when a page could not be read. */
export type PageVerdict =
  /** Nothing failed: the same page later, and no attempt is used up. */
  | { readonly do: "again"; readonly inS: number }
  | { readonly do: "retry"; readonly inS: number }
  /** The resource is left out, and the run says so. */
  | { readonly do: "skip"; readonly why: string; readonly scope: string | null }
  /** The walk is over; `isRestarted`: another begins from page one. */
  | { readonly do: "fail"; readonly why: string; readonly isRestarted: boolean };

/** Some hours with the growing delay; afterwards the daily reconcile tries again. */
const MAX_ATTEMPTS = 30;
/** An answer that does not fit its contract will not fit it tomorrow. */
const MAX_MALFORMED = 4;

const fail = (why: string, isRestarted = false): PageVerdict => ({ do: "fail", why, isRestarted });

export function judgeFailure(failure: Failure, position: Position, attempts: number): PageVerdict {
  switch (failure.kind) {
    case "throttled":
      return { do: "again", inS: Math.max(1, Math.ceil(failure.retryInS)) };
    case "missing_scope":
      return { do: "skip", why: `${failure.scope} was not granted`, scope: failure.scope };
    case "not_found":
      return { do: "skip", why: "not found", scope: null };
    case "not_connected":
      return fail(`the connection is ${failure.status}`);
    case "revento_refused":
      // A cursor that Revento does not know any more, after a reset for example: only a walk from page one is complete.
      if (position.cursor !== null && failure.status === 400) return fail("the cursor was lost", true);
      return failure.status >= 500 ? later(attempts, MAX_ATTEMPTS, failure.error) : fail(failure.error);
    case "revento_malformed":
      return later(attempts, MAX_MALFORMED, failure.detail, position.cursor !== null);
    case "revento_unavailable":
    case "storage_unavailable":
      return later(attempts, MAX_ATTEMPTS, failure.detail);
    default:
      return fail(failure.kind);
  }
}

function later(attempts: number, most: number, why: string, isRestarted = false): PageVerdict {
  return attempts < most ? { do: "retry", inS: backoffS(attempts) } : fail(why, isRestarted);
}

/** What a finished walk found, of participants unless said otherwise. */
export interface Findings {
  readonly isWalked: boolean;
  /** Rows in the walk's pages. */
  readonly listed: number;
  /** Rows of the mirror that are present. */
  readonly active: number;
  /** Present, not in the pages, and untouched by a webhook since the walk began. */
  readonly missing: number;
  /** Of those, also missed by the complete walk before. */
  readonly doomed: number;
  /** Program resources of more than a few rows whose list came back empty, but for those that the operator confirmed. */
  readonly emptied: readonly string[];
  /** The operator released the complete walk before. */
  readonly isConfirmed: boolean;
}

/** Below so many active rows a fifth is one or two people. */
const BREAKER_ROWS = 5;
const BREAKER_SHARE = 0.2;

/** Why a finished walk must not count before the operator confirms; null where it may. */
export function breakerOf(found: Findings): string | null {
  const [emptied] = found.emptied;
  if (emptied !== undefined) return `the list of ${emptied} is empty`;
  const isReleased = found.isConfirmed && found.missing === found.doomed;
  if (isReleased) return null;
  if (!found.isWalked || found.active === 0) return null;
  if (found.listed === 0) return "the list of participants is empty";
  // What the operator has confirmed does not count again.
  const unconfirmed = found.isConfirmed ? found.missing - found.doomed : found.missing;
  const isTooMany = found.active > BREAKER_ROWS && unconfirmed >= found.active * BREAKER_SHARE;
  return isTooMany ? `${unconfirmed} of ${found.active} participants are missing` : null;
}

/** How many walks may begin because of the one before: two complete ones settle it, one more for a lost cursor each. */
export const MAX_FOLLOWS = 3;
