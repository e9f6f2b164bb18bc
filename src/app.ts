import { HTTPException } from "hono/http-exception";
import { Hono } from "hono/tiny";
import { version } from "../package.json";
import { apiRoutes } from "./api/index.ts";
import type { AppEnv } from "./app-env.ts";
import { attendanceRoutes } from "./attendance/index.ts";
import { configOf } from "./config.ts";
import { connectRoutes } from "./connect/index.ts";
import { loginRoutes } from "./login/index.ts";
import { misconfigured } from "./misconfigured.ts";
import { opsRoutes } from "./operator/index.ts";
import { organizerRoutes } from "./organizer/index.ts";
import { participantRoutes } from "./participant/index.ts";
import { AppRouter } from "./router.ts";
import {
  brokenResponse,
  failureResponse,
  logRequest,
  withBodyLimit,
  withCsrfCheck,
  withLanguage,
  withSecurityHeaders,
} from "./ui/index.ts";
import { webhookRoutes } from "./webhooks/index.ts";
import { createWorld } from "./world.ts";

/** The Hono app: middleware, routes, errors. Built once an isolate; the world comes with each request. */
export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  // The option for it is ignored by this preset.
  app.router = new AppRouter();
  app.use(async (c, next) => {
    const config = configOf(c.env);
    if (!config.ok) return misconfigured(c.req.raw, config.failure);
    c.set("world", createWorld(c.env, config.value));
    c.set("requestId", crypto.randomUUID());
    return next();
  });
  app.use(logRequest, withSecurityHeaders);
  // Ahead of what only pages need: a delivery answers fast, and is no form.
  app.route("/", webhookRoutes());
  app.use(withLanguage, withCsrfCheck, withBodyLimit);
  app.get("/healthz", (c) => c.json({ status: "ok", version }));
  app.route("/", connectRoutes);
  app.route("/", organizerRoutes);
  app.route("/", attendanceRoutes);
  app.route("/", loginRoutes);
  app.route("/", participantRoutes);
  app.route("/api", apiRoutes);
  app.route("/ops", opsRoutes);
  app.notFound((c) => failureResponse(c, { kind: "not_found", what: "page" }));
  app.onError((error, c) =>
    error instanceof HTTPException ? error.getResponse() : brokenResponse(c, error),
  );
  return app;
}
