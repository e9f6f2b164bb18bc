import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { jsonHeaders } from "../ui/index.ts";
import { takeIn } from "./intake.ts";

const MESSAGES = {
  not_json: "The body is not JSON.",
  type_mismatch: "X-Revento-Event differs from the signed type.",
  broken_off: "The body ended before its time.",
  unauthorized: "A header is missing, the signature is wrong, or the timestamp is too far from now.",
  too_large: "The body is over 1 MB.",
  not_queued: "The delivery could not be stored. Send it again later.",
  method_not_allowed: "Deliveries come by POST.",
} as const;

const refusal = (error: keyof typeof MESSAGES, requestId: string) => ({
  error,
  message: MESSAGES[error],
  request_id: requestId,
});

const ACCEPTED = JSON.stringify({ status: "accepted" });

/** `POST /webhooks/revento`. */
export function webhookRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.post("/webhooks/revento", async (c) => {
    const { status, word } = await takeIn(c.get("world"), c.req.raw);
    if (word === "accepted") return new Response(ACCEPTED, { headers: await jsonHeaders(c.get("world")) });
    return c.json(refusal(word, c.get("requestId")), status);
  });
  routes.all("/webhooks/revento", (c) =>
    c.json(refusal("method_not_allowed", c.get("requestId")), 405, { Allow: "POST" }),
  );
  return routes;
}
