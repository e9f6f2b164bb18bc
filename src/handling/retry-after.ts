import { readHeaders } from "../revento/index.ts";

/** Where an answer does not say when to come back. */
const DEFAULT_PAUSE_S = 60;

/** How many seconds the `Retry-After` of an answer asks to wait: it is a number or a date. An hour at most, a minute where it says neither. */
export const retryAfterS = ({ headers }: Pick<Response, "headers">): number =>
  readHeaders(headers).retryAfterS ?? DEFAULT_PAUSE_S;
