import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { refuseHead } from "../flows/index.ts";
import { finishLogin } from "./callback.tsx";
import { signOut } from "./logout.tsx";
import { startLogin } from "./start.tsx";

export const loginRoutes = new Hono<AppEnv>()
  .get("/login", startLogin)
  .get("/login/callback", refuseHead, finishLogin)
  .post("/logout", signOut);
