import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { failureResponse } from "../ui/index.ts";
import { sendCanaries } from "./canary.ts";
import { tryChannels } from "./checks/alert-channels.ts";
import { forgetDeliveries } from "./forget-deliveries.ts";
import { keepReport } from "./report.ts";
import { runSelfTest } from "./self-test.ts";

/** `/api/self-test`, behind the operator's guard of `/api`. There is no route here that signs anything. */
export const selfTestRoutes = new Hono<AppEnv>();

selfTestRoutes.get("/", async (c) => c.json(await runSelfTest(c.get("world"))));

selfTestRoutes.post("/", async (c) => {
  const world = c.get("world");
  const wanted: unknown = await c.req.json().catch(() => null);
  const id = await sendCanaries(world);
  if (typeof wanted === "object" && wanted !== null && "alerts" in wanted && wanted.alerts === true) {
    await tryChannels(world);
  }
  return c.json({ id }, 202);
});

selfTestRoutes.delete("/deliveries", async (c) =>
  c.json({ removed: await forgetDeliveries(c.get("world")) }),
);

selfTestRoutes.put("/report", async (c) => {
  const body: unknown = await c.req.json().catch(() => null);
  if (await keepReport(c.get("world"), body)) return c.body(null, 204);
  return failureResponse(c, { kind: "bad_request", message: "This is no report of npm run preflight." });
});
