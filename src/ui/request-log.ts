import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "../app-env.ts";

/**
 * One line a request: what was asked, how it ended, how long it took. The route's pattern stands for the address, whose
 * path and query hold ids of people, doors' keys and codes.
 */
export const logRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const startedAt = Date.now();
  await next();
  c.get("world").log.info("request", {
    method: c.req.method,
    route: routePath(c),
    status: c.res.status,
    durationMs: Date.now() - startedAt,
    requestId: c.get("requestId"),
  });
};
