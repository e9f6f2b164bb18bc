import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { refuseHead } from "../flows/index.ts";
import { finishConnect } from "./callback.tsx";
import { showConnectedAgain } from "./connected.tsx";
import { showHome } from "./home.tsx";
import { startConnect } from "./start.tsx";

export const connectRoutes = new Hono<AppEnv>()
  .get("/", showHome)
  .get("/connect", startConnect)
  .get("/connect/callback", refuseHead, finishConnect)
  .get("/organizations/:organization_id/events/:event_id/connected", showConnectedAgain);
