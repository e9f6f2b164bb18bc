import { Hono } from "hono";
import { version } from "../package.json";
import type { AppEnv } from "./app-env.ts";
import { configOf } from "./config.ts";
import { toHttp } from "./failure.ts";
import { misconfigured } from "./misconfigured.ts";
import { createWorld } from "./world.ts";

/** The Hono app: middleware, routes, errors. Built once an isolate; the world comes with each request. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    const config = configOf(c.env);
    if (!config.ok) return misconfigured(c.req.raw, config.failure);
    c.set("world", createWorld(c.env, config.value));
    c.set("requestId", crypto.randomUUID());
    return next();
  });
  app.get("/healthz", (c) => c.json({ status: "ok", version }));
  app.notFound((c) => {
    const { status, error, message } = toHttp({ kind: "not_found", what: "page" });
    return c.json({ error, message, request_id: c.get("requestId") }, status);
  });
  return app;
}
