import type { AnswerHeaders } from "../revento/index.ts";
import type { Priority } from "./protocol.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What Revento allows a token (contract section 4, "Rate limits"). */
export interface Limits {
  readonly hour: number;
  readonly minute: number;
  readonly inFlight: number;
}

export const INSTALLATION_LIMITS: Limits = { hour: 500, minute: 30, inFlight: 5 };
export const USER_LIMITS: Limits = { hour: 200, minute: 20, inFlight: 5 };

/** A call under way. One whose instance crashed frees its place when the lease is over. */
export interface Lease {
  readonly id: number;
  readonly until: number;
}

/** What was used of the limits. Times are epoch ms on our clock. */
export interface BudgetState {
  /**
   * When each call of the last hour ended, in order. Revento counted it at the latest then: a window that begins
   * with the end of a call never holds more calls than Revento's.
   */
  readonly ended: readonly number[];
  readonly leases: readonly Lease[];
  readonly nextLease: number;
  readonly lastSentAt: number;
  /** The whole grant is silent until then. */
  readonly pausedUntil: number;
  /** 429s in a row. */
  readonly strikes: number;
  /** Calls that Revento counts and we do not know of. */
  readonly unknown: { readonly count: number; readonly until: number };
}

export const FULL_BUDGET: BudgetState = {
  ended: [],
  leases: [],
  nextLease: 1,
  lastSentAt: 0,
  pausedUntil: 0,
  strikes: 0,
  unknown: { count: 0, until: 0 },
};

/** A call is given up after 10 s; a lease that is older belongs to an instance that is gone. */
const LEASE_MS = 15_000;
/** The share of the hour that sync may use. */
const SYNC_HOUR = 0.9;
/** The share of a minute: the hour is what holds sync back, and people come several at once. */
const SYNC_MINUTE = 0.75;
/** Places in flight that sync leaves free. */
const SYNC_SPARE = 1;
/** Calls of the last minute from which on sync is paced: a small event is read at once, a large one evenly. */
const SYNC_BURST = 8;
/** One each 3 s is far more than the 450 of an hour, and a place falls free again as often. */
const SYNC_PACE_MS = 3_000;

interface Allowance extends Limits {
  /** Calls of a minute that need no distance between them. */
  readonly burst: number;
}

function allowanceOf(limits: Limits, priority: Priority): Allowance {
  if (priority !== "sync") return { ...limits, burst: limits.minute };
  return {
    hour: Math.floor(limits.hour * SYNC_HOUR),
    minute: Math.floor(limits.minute * SYNC_MINUTE),
    inFlight: limits.inFlight - SYNC_SPARE,
    burst: SYNC_BURST,
  };
}

/** Forgets what has left the hour, takes lapsed leases for ended calls, and survives a clock that went back. */
export function prune(state: BudgetState, now: number): BudgetState {
  const lapsed = state.leases.filter(({ until }) => until <= now).map(({ until }) => until);
  const ended = [...state.ended.map((at) => Math.min(at, now)), ...lapsed]
    .filter((at) => at > now - HOUR_MS)
    .sort((left, right) => left - right);
  return {
    ...state,
    ended,
    leases: state.leases
      .filter(({ until }) => until > now)
      .map((lease) => ({ ...lease, until: Math.min(lease.until, now + LEASE_MS) })),
    lastSentAt: Math.min(state.lastSentAt, now),
    pausedUntil: Math.min(state.pausedUntil, now + HOUR_MS),
    unknown:
      state.unknown.until > now && state.unknown.until <= now + 2 * HOUR_MS
        ? state.unknown
        : FULL_BUDGET.unknown,
  };
}

/** When the `place`-th further call (from 1) fits into a window that `cap` calls may use. `Infinity`: only after an end. */
function fitsAt(state: BudgetState, window: number, cap: number, place: number, now: number): number {
  const used = state.ended.filter((at) => at > now - window);
  const over = used.length + state.leases.length + place - cap;
  if (over <= 0) return now;
  return (used[over - 1] ?? Number.POSITIVE_INFINITY) + window + 1;
}

/**
 * The earliest time at which the `place`-th waiting call of a priority may leave, as far as is known now; `Infinity`
 * where first a call under way has to end. `state` is pruned.
 */
export function earliest(
  state: BudgetState,
  limits: Limits,
  priority: Priority,
  now: number,
  place = 1,
): number {
  const allowance = allowanceOf(limits, priority);
  if (state.leases.length >= allowance.inFlight) return Number.POSITIVE_INFINITY;
  return Math.max(
    now,
    state.pausedUntil,
    paceAt(state, allowance, now, place),
    ...windowsFitAt(state, allowance, now, place),
  );
}

/** When the pace lets the `place`-th further call go. */
function paceAt(state: BudgetState, { burst }: Allowance, now: number, place: number): number {
  const used = state.ended.filter((at) => at > now - MINUTE_MS).length + state.leases.length;
  const paced = used + place - burst;
  return paced <= 0 ? 0 : state.lastSentAt + Math.min(paced, place) * SYNC_PACE_MS;
}

function windowsFitAt(state: BudgetState, allowance: Limits, now: number, place: number): [number, number] {
  const hour = fitsAt(state, HOUR_MS, allowance.hour - state.unknown.count, place, now);
  const known = hour === Number.POSITIVE_INFINITY && state.unknown.count > 0 ? state.unknown.until : hour;
  return [fitsAt(state, MINUTE_MS, allowance.minute, place, now), known];
}

/** How long the `place`-th waiting call would wait at least, were there always a free place in flight. Milliseconds. */
export function waitMs(
  state: BudgetState,
  limits: Limits,
  priority: Priority,
  now: number,
  place: number,
): number {
  const allowance = allowanceOf(limits, priority);
  // Where calls under way have to end first, nobody knows when: it is looked at again in a minute.
  const windows = windowsFitAt(state, allowance, now, place).map((at) =>
    Number.isFinite(at) ? at : now + MINUTE_MS,
  );
  const pace = paceAt(state, allowance, now, place);
  return Math.max(now, state.pausedUntil, pace, ...windows) - now;
}

/** Takes a place for a call that leaves now. */
export function take(
  state: BudgetState,
  now: number,
): { readonly state: BudgetState; readonly lease: Lease } {
  const lease = { id: state.nextLease, until: now + LEASE_MS };
  return {
    lease,
    state: {
      ...state,
      leases: [...state.leases, lease],
      nextLease: state.nextLease + 1,
      lastSentAt: now,
    },
  };
}

/** What the answer to a call said about the limits. */
export interface CallEnd {
  /** Null where no answer came. */
  readonly status: number | null;
  readonly error: string | null;
  readonly headers: AnswerHeaders | null;
}

/** First pause after a 429 that names none; doubled for each further one in a row. */
const BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 5 * MINUTE_MS;
/** Two grants that were refused at the same second must not come back at the same one. */
const JITTER_MS = 1_000;

/** Gives a place back, and learns from the answer. `random` is in [0, 1). */
export function giveBack(
  state: BudgetState,
  limits: Limits,
  lease: Lease,
  end: CallEnd,
  now: number,
  random: number,
): BudgetState {
  const returned = {
    ...state,
    leases: state.leases.filter(({ id }) => id !== lease.id),
    ended: [...state.ended, now],
  };
  if (end.status === 429) return pause(returned, end, now, random);
  const strikes = end.status === null ? state.strikes : 0;
  return { ...returned, strikes, unknown: unknownCalls(returned, limits, end, now) };
}

/**
 * Exponential backoff with full jitter on top of what Revento asks for, from the second 429 in a row on. No answer
 * shortens a pause that is running.
 */
function pause(state: BudgetState, end: CallEnd, now: number, random: number): BudgetState {
  // It names no time: one of our own calls has to end, which the gate waits for.
  const isCrowded = end.error === "concurrent_limit_exceeded";
  const asked = isCrowded ? 0 : (end.headers?.retryAfterS ?? null);
  // Calls that left together are refused together: one strike, not five.
  const isKnown = isCrowded && state.pausedUntil > now;
  const strikes = isKnown ? Math.max(1, state.strikes) : state.strikes + 1;
  const ceiling = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(strikes, 12));
  const backoff = strikes > 1 || asked === null ? BACKOFF_MS + random * ceiling : random * JITTER_MS;
  return {
    ...state,
    strikes,
    pausedUntil: Math.max(state.pausedUntil, now + (asked ?? 0) * 1000 + backoff),
  };
}

/** Where Revento has less left than we think, somebody else used it, or we forgot: believed until its window ends. */
function unknownCalls(
  state: BudgetState,
  limits: Limits,
  { headers }: CallEnd,
  now: number,
): BudgetState["unknown"] {
  const told = headers?.rateLimit ?? null;
  if (told === null || told.limit !== limits.hour) return state.unknown;
  const ours = limits.hour - prune(state, now).ended.length - state.leases.length;
  const count = Math.max(0, ours - told.remaining);
  const resetAt = Math.min(Math.max(told.resetAt, now), now + HOUR_MS);
  return count === 0
    ? FULL_BUDGET.unknown
    : { count, until: count > state.unknown.count ? resetAt : state.unknown.until };
}
