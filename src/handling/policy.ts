/** Tries before a row is set aside: about two and a half hours with the delays below. */
export const MAX_ATTEMPTS = 12;

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;

/** What a handler may ask for: a day, the longest that a queue delays a message. */
export const LONGEST_ASKED_MS = 86_400_000;

/** A row that was running in an isolate that crashed waits this long. */
export const CRASH_DELAY_MS = 5_000;

/** The pause before the next try; `attempts` counts those made, from 1. Half fixed, half chance. */
export function retryDelayMs(attempts: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}

/**
 * What one run came to. `error` is for the operator alone, because nobody has checked a handler's words for personal
 * data; logs get `errorName`.
 */
export type Outcome =
  | { readonly kind: "done" }
  /** Not delivered: the connection's data has to go. */
  | { readonly kind: "discarded" }
  /** Tried again after a pause. `isFree`: not the handler's fault (Revento's rate limit), so no attempt is used up. */
  | {
      readonly kind: "retry";
      readonly inMs: number;
      readonly error: string;
      readonly errorName: string;
      readonly isFree: boolean;
      readonly isOverTime?: boolean;
    }
  | {
      readonly kind: "dead";
      readonly error: string;
      readonly errorName: string;
      readonly isOverTime?: boolean;
    };
