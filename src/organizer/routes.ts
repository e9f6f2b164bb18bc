import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { showDashboard } from "./dashboard.tsx";
import { showReconnect } from "./reconnect.tsx";

export const organizerRoutes = new Hono<AppEnv>()
  .get("/organizations/:organization_id", showDashboard)
  .get("/organizations/:organization_id/events/:event_id/reconnect", showReconnect);
