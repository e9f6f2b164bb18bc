/** What the headers of an answer say (contract section 4). Absent or unreadable ones are null. */
export interface AnswerHeaders {
  /** Revento's clock, epoch ms, to the second. */
  readonly date: number | null;
  readonly retryAfterS: number | null;
  readonly rateLimit: {
    readonly limit: number;
    readonly remaining: number;
    /** Epoch ms. */
    readonly resetAt: number;
  } | null;
}

const wholeNumber = (value: string | null): number | null =>
  value !== null && /^\d{1,12}$/.test(value.trim()) ? Number(value) : null;

export function readHeaders(headers: Headers): AnswerHeaders {
  const date = Date.parse(headers.get("date") ?? "");
  const limit = wholeNumber(headers.get("x-ratelimit-limit"));
  const remaining = wholeNumber(headers.get("x-ratelimit-remaining"));
  const reset = wholeNumber(headers.get("x-ratelimit-reset"));
  const isComplete = limit !== null && remaining !== null && reset !== null;
  return {
    date: Number.isNaN(date) ? null : date,
    retryAfterS: readRetryAfter(headers.get("retry-after"), Number.isNaN(date) ? null : date),
    rateLimit: isComplete ? { limit, remaining, resetAt: reset * 1000 } : null,
  };
}

/** No window of Revento's is longer: a pause of weeks would outlast the grant that it holds up. */
const LONGEST_PAUSE_S = 3600;

/** Seconds, or an HTTP date (RFC 9110 section 10.2.3), measured on the clock of who sent it; an hour at most. */
function readRetryAfter(value: string | null, date: number | null): number | null {
  if (value === null) return null;
  const seconds = wholeNumber(value);
  if (seconds !== null) return Math.min(seconds, LONGEST_PAUSE_S);
  const until = Date.parse(value);
  if (Number.isNaN(until) || date === null) return null;
  return Math.min(Math.max(0, Math.ceil((until - date) / 1000)), LONGEST_PAUSE_S);
}
