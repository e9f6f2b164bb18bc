/**
 * The security headers of an answer that is for no browser, or for no page of ours: nothing in it may be loaded, framed,
 * guessed at or kept. The others are about pages and what they load.
 */
export const BARE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
