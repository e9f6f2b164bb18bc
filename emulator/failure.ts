/** An expected refusal, as Revento words it. */
export interface Failure {
  failed: true;
  status: 400 | 401 | 403 | 404 | 406 | 429 | 500;
  error: string;
  message: string;
  headers?: Record<string, string>;
}

export function failure(
  status: Failure["status"],
  error: string,
  message: string,
  headers?: Record<string, string>,
): Failure {
  return headers
    ? { failed: true, status, error, message, headers }
    : { failed: true, status, error, message };
}

export function isFailure<T extends object>(value: T | Failure): value is Failure {
  return "failed" in value;
}

/** The connection ends without an answer. Whatever serves the emulator turns it into a closed socket. */
export class ConnectionClosed extends TypeError {
  constructor() {
    super("The connection was closed before an answer came");
  }
}
