import type { AppContext } from "../app-env.ts";

/**
 * Whether the page is shown inside the Revento app: the browser says so, or, where it does not say, the address that
 * the organizer entered carries `webview=1`. A top-level page is never in a frame, whatever its address says.
 */
export function isInFrame(c: AppContext): boolean {
  const destination = c.req.header("sec-fetch-dest");
  if (destination !== undefined) return destination === "iframe" || destination === "frame";
  return c.req.query("webview") === "1";
}
