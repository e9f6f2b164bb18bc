import type { ConnectionReason } from "../connections/index.ts";
import type { GrantState, HeldGrant, Intent, Postponed } from "./state.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long the old instance may still be finishing: its exchange has 60 s, its write to the database 10. */
export const PATIENCE_MS = 75_000;
/** How long whoever waits for a refresh waits. The exchange itself goes on. */
export const WAITER_MS = 8_000;
/** A token that is about to expire on the way is expired. */
const EXPIRY_SLACK_MS = 5_000;
/** A grant is in use while its last call is younger. */
const IN_USE_MS = 2 * HOUR_MS;
/** How often the object compares itself with the registry by itself. */
const HEARTBEAT_MS = HOUR_MS;
const REPAIR_MS = 15_000;
/** A refresh that is due and could not be made is tried again by alarm this much later. */
const OVERDUE_MS = MINUTE_MS;
/** How long a refresh is put off that was refused for another reason than its token. */
const REFUSED_MS = MINUTE_MS;
/** The same after a 429 that names no time; doubled for each further one in a row. */
const LIMITED_MS = 10_000;
const MAX_LIMITED_MS = 5 * MINUTE_MS;
const EARLY_MS = 15 * MINUTE_MS;
const JITTER_MS = 5 * MINUTE_MS;
const YEAR_MS = 365 * DAY_MS;
/** Days ahead of the stop from which on "expires on" is shown. */
const NOTICE_MS = 30 * DAY_MS;

export type TokenAge = "fresh" | "early" | "expired";

/** Whether the access token serves, serves while a refresh is due, or serves no more. */
export function ageOf(held: HeldGrant, now: number): TokenAge {
  if (now >= held.accessExpiresAt - EXPIRY_SLACK_MS) return "expired";
  return now >= held.refreshAt ? "early" : "fresh";
}

/** When a pair is refreshed: 15 to 20 minutes ahead of its expiry, less for tokens that live short. */
export function refreshTime(issuedAt: number, accessExpiresAt: number, random: number): number {
  const life = accessExpiresAt - issuedAt;
  const early = Math.min(EARLY_MS, life / 4);
  const jitter = Math.min(JITTER_MS, life / 12) * random;
  return Math.floor(accessExpiresAt - early - jitter);
}

/** The hard stop of a life that began at `now`: one year after the first issue (contract section 1). */
export const stopTime = (now: number): number => now + YEAR_MS;

/** The time at which a grant ends for good, where that is at most 30 days ahead; otherwise null. Epoch ms. */
export function expiresOn(grantEndsAt: number | null, now: number): number | null {
  return grantEndsAt !== null && grantEndsAt - now <= NOTICE_MS ? grantEndsAt : null;
}

/** What the database's copy says of itself. */
export interface CopyMark {
  readonly generation: number;
  readonly rotation: number;
}

/**
 * What to do about an intent found open. `wait`: the old instance may still be finishing, and trying the old token
 * would revoke the family; `copy` is "unreadable" where the database did not answer.
 */
export function judgeIntent(
  held: HeldGrant,
  intent: Intent,
  copy: CopyMark | null | "unreadable",
  now: number,
): "adopt" | "wait" | "try" {
  if (copy !== "unreadable" && copy !== null && isNewer(copy, held)) return "adopt";
  if (copy === "unreadable") return "wait";
  return now - intent.at < PATIENCE_MS ? "wait" : "try";
}

export const isNewer = (copy: CopyMark, held: HeldGrant): boolean =>
  copy.generation === held.generation && copy.rotation > held.rotation;

/** Seconds until an open intent may be tried. */
export const patienceS = (intent: Intent, now: number): number =>
  Math.max(1, Math.ceil((intent.at + PATIENCE_MS - now) / 1000));

/**
 * Why a refresh of the stored token was refused for good. After an open intent the server may have rotated and we
 * lost the answer: then the refusal says nothing about the organizer.
 */
export function refusalReason(
  held: HeldGrant,
  error: string,
  isUncertain: boolean,
  now: number,
): ConnectionReason {
  if (error === "token_revoked") return "token_revoked";
  if (now >= Math.min(held.refreshExpiresAt, held.endsAt - DAY_MS)) return "grant_expired";
  return isUncertain ? "lost_rotation" : "invalid_grant";
}

/**
 * Puts a refresh off that was refused for another reason than its token: as long as the server asks, at least a while,
 * and half of that again at random, so that the grants of one outage do not come back at once. Never past half of what
 * the refresh token has left: a wait that outlasts it would lose the grant.
 */
export function postpone(
  held: HeldGrant,
  before: Postponed | null,
  { status, retryAfterS }: { readonly status: number; readonly retryAfterS: number | null },
  now: number,
  random: number,
): Postponed {
  const strikes = (before?.strikes ?? 0) + 1;
  const doubled = Math.min(MAX_LIMITED_MS, LIMITED_MS * 2 ** Math.min(strikes - 1, 12));
  const least = status === 429 ? doubled : REFUSED_MS;
  const wait = Math.max((retryAfterS ?? 0) * 1000, least) + (random * least) / 2;
  const left = held.refreshExpiresAt - now;
  const most = left > 0 ? Math.max(LIMITED_MS, left / 2) : Number.POSITIVE_INFINITY;
  return { at: now, until: Math.ceil(now + Math.min(wait, most)), strikes };
}

/** When a refresh that was put off may be asked again, or null: now. A clock that went back puts nothing off. */
export const postponedUntil = (postponed: Postponed | null, now: number): number | null =>
  postponed !== null && postponed.at <= now && now < postponed.until ? postponed.until : null;

/**
 * When a grant that nobody uses is refreshed: after a third of the refresh token's life, which leaves two thirds for
 * outages. Daily would be for nothing, and so is any once the token lives until the stop.
 */
const idleRefreshTime = (held: HeldGrant): number =>
  held.refreshExpiresAt >= held.endsAt
    ? held.endsAt
    : held.issuedAt + (held.refreshExpiresAt - held.issuedAt) / 3;

/** Whether the alarm refreshes now: a grant in use ahead of expiry, an idle one to keep its sliding days. */
export function isRefreshDue(held: HeldGrant, usedAt: number, now: number): boolean {
  if (held.identity.kind === "user") return false;
  if (now >= idleRefreshTime(held)) return true;
  return now - usedAt < IN_USE_MS && now >= held.refreshAt;
}

/** Nothing is held: an end may be left to tell, or a life without tokens to end. */
function alarmWithoutGrant({ ended, lost }: GrantState, now: number): number | null {
  if (ended?.isReported === false) return now + REPAIR_MS;
  return lost === null ? null : Math.max(now + REPAIR_MS, Math.min(lost.since, now) + PATIENCE_MS);
}

/** When the object wakes up by itself, or null: never. `now` is the least. */
export function nextAlarm(state: GrantState, usedAt: number, now: number): number | null {
  const { held, intent } = state;
  if (held === null) return alarmWithoutGrant(state, now);
  if (held.identity.kind === "user") return now + DAY_MS;
  const due = [now + HEARTBEAT_MS, held.endsAt];
  if (!held.isCopied) due.push(now + REPAIR_MS);
  if (intent === null) {
    const isInUse = now - usedAt < IN_USE_MS;
    const refreshAt = Math.min(idleRefreshTime(held), isInUse ? held.refreshAt : Number.POSITIVE_INFINITY);
    const askedAt = postponedUntil(state.postponed, now) ?? now + OVERDUE_MS;
    due.push(refreshAt > now ? refreshAt : askedAt);
  } else due.push(Math.max(intent.at + PATIENCE_MS, now + REPAIR_MS));
  // Never at once: an alarm that could not do its work must not run in a circle.
  return Math.max(now + 1_000, Math.min(...due));
}
