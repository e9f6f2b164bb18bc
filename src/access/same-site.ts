import type { AppContext } from "../app-env.ts";
import type { Operator } from "./authenticate.ts";

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Whether a request may change something. Credentials that a browser adds by itself need proof that the request comes
 * from one of our own pages: `Origin`, or `Sec-Fetch-Site` where a browser sends no origin. A browser sends one of
 * them with every form and every fetch that changes something, whatever its content type.
 */
export function isFromOwnPage(c: AppContext, operator: Operator): boolean {
  if (!operator.isAmbient || SAFE_METHODS.includes(c.req.method)) return true;
  const origin = c.req.header("origin");
  if (origin === undefined) return c.req.header("sec-fetch-site") === "same-origin";
  return origin === c.get("world").config.publicUrl || origin === new URL(c.req.url).origin;
}
