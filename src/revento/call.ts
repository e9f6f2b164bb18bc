import type { Endpoint } from "./endpoints.ts";
import { type Answer, type Sending, send } from "./send.ts";

/** `Accept` of version 1 (contract section 4). */
const ACCEPT = "application/vnd.revento.v1+json";
const TIMEOUT_MS = 10_000;
/** A page of 50 participants with long answers is some 200 KB. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface ApiRequest extends Pick<Endpoint<unknown>, "method" | "path" | "query"> {
  /** Base of the API, without a trailing slash. */
  readonly apiUrl: string;
  readonly accessToken: string;
  /** Fresh for each request: Revento logs it. */
  readonly requestId: string;
}

/** Sends one call of the read API: at most 10 s and 8 MB. */
export function callApi(how: Pick<Sending, "fetch" | "now">, request: ApiRequest): Promise<Answer> {
  const query = new URLSearchParams(request.query).toString();
  const url = `${request.apiUrl}${request.path}${query === "" ? "" : `?${query}`}`;
  return send({ ...how, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }, url, {
    method: request.method,
    headers: {
      Authorization: `Bearer ${request.accessToken}`,
      Accept: ACCEPT,
      "X-Revento-Request-Id": request.requestId,
    },
  });
}
