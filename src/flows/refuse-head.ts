import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";

/** A callback counts once. Whoever only looks whether its address is there, such as a scanner of links, must not use it up. */
export const refuseHead: MiddlewareHandler<AppEnv> = async (c, next) =>
  c.req.method === "HEAD" ? c.body(null, 405, { Allow: "GET" }) : next();
