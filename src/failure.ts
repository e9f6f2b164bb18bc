import type { ContentfulStatusCode } from "hono/utils/http-status";

/**
 * Every failure that is expected. Rich inside, plain on the wire: `toHttp` is the one place that decides what the
 * outside sees. A bug throws instead.
 */
export type Failure =
  | { readonly kind: "bad_request"; readonly message: string }
  | { readonly kind: "unauthorized"; readonly message: string }
  | { readonly kind: "forbidden"; readonly message: string }
  | { readonly kind: "not_found"; readonly what: string }
  | { readonly kind: "conflict"; readonly message: string }
  | { readonly kind: "too_large"; readonly limitBytes: number }
  | { readonly kind: "throttled"; readonly retryInS: number }
  | { readonly kind: "not_connected"; readonly status: string; readonly reason: string | null }
  | { readonly kind: "missing_scope"; readonly scope: string }
  | {
      readonly kind: "revento_refused";
      readonly status: number;
      readonly error: string;
      readonly requestId: string;
    }
  | { readonly kind: "revento_malformed"; readonly detail: string; readonly requestId: string }
  | { readonly kind: "revento_unavailable"; readonly detail: string; readonly requestId: string }
  | { readonly kind: "storage_unavailable"; readonly detail: string }
  | { readonly kind: "misconfigured"; readonly keys: readonly string[] };

export type Result<T, F = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const fail = <F>(failure: F): { readonly ok: false; readonly failure: F } => ({ ok: false, failure });

/** The failure behind a throw of D1 that hangs, is overloaded or reset: no bug, and over in a moment. Null for a bug. */
export function storageFailureOf(error: unknown): Failure | null {
  const isStorage =
    error instanceof Error && (error.name === "TimedOut" || /^D1_ERROR|D1 DB|D1_/.test(error.message));
  return isStorage ? { kind: "storage_unavailable", detail: error.message } : null;
}

export interface HttpFailure {
  readonly status: ContentfulStatusCode;
  /** The stable code in `error`. */
  readonly error: string;
  /** What is wrong and what to do. Holds no secret, no token and no personal data. */
  readonly message: string;
  readonly retryAfterS?: number;
}

/** The one mapping of expected failures to HTTP. */
export function toHttp(failure: Failure): HttpFailure {
  switch (failure.kind) {
    case "bad_request":
      return { status: 400, error: "bad_request", message: failure.message };
    case "unauthorized":
      return { status: 401, error: "unauthorized", message: failure.message };
    case "forbidden":
      return { status: 403, error: "forbidden", message: failure.message };
    case "not_found":
      return { status: 404, error: "not_found", message: `There is no such ${failure.what}.` };
    case "conflict":
      return { status: 409, error: "conflict", message: failure.message };
    case "too_large":
      return { status: 413, error: "too_large", message: `The body is over ${failure.limitBytes} bytes.` };
    case "throttled":
      return {
        status: 429,
        error: "throttled",
        message: `Revento's rate limit is used up for now. Try again in ${failure.retryInS} s.`,
        retryAfterS: failure.retryInS,
      };
    case "not_connected":
      return {
        status: 409,
        error: "not_connected",
        message: `The connection is ${failure.status}${failure.reason === null ? "" : ` (${failure.reason})`}. The organizer connects the event again.`,
      };
    case "missing_scope":
      return {
        status: 409,
        error: "missing_scope",
        message: `This connection did not grant ${failure.scope}. The organizer is asked for it by connecting again.`,
      };
    case "revento_refused":
      return {
        status: 502,
        error: "revento_refused",
        message: `Revento answered ${failure.status} ${failure.error} to request ${failure.requestId}.`,
      };
    case "revento_malformed":
      return {
        status: 502,
        error: "revento_malformed",
        message: `Revento's answer to request ${failure.requestId} does not fit its contract: ${failure.detail}.`,
      };
    case "revento_unavailable":
      return {
        status: 502,
        error: "revento_unavailable",
        message: `Revento could not be reached for request ${failure.requestId}: ${failure.detail}. Try again later.`,
      };
    case "storage_unavailable":
      return {
        status: 503,
        error: "storage_unavailable",
        message: "The database did not answer. Try again in a moment.",
        retryAfterS: 5,
      };
    case "misconfigured":
      return {
        status: 503,
        error: "misconfigured",
        message: `These settings are missing or malformed: ${failure.keys.join(", ")}.`,
      };
  }
}
