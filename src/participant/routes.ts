import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { showMe, showMyEvent } from "./me.tsx";

export const participantRoutes = new Hono<AppEnv>()
  .get("/me", showMe)
  .get("/me/events/:event_id", showMyEvent);
