import { Hono } from "hono/tiny";
import type { AppEnv } from "../app-env.ts";
import { BARE_HEADERS } from "../ui/index.ts";
import { takeIn } from "./intake.ts";
import { Refusals } from "./refusals.ts";

const MESSAGES = {
  not_json: "The body is not JSON.",
  type_mismatch: "X-Revento-Event differs from the signed type.",
  broken_off: "The body ended before its time.",
  unauthorized: "A header is missing, the signature is wrong, or the timestamp is too far from now.",
  too_large: "The body is over 1 MB.",
  not_queued: "The delivery could not be stored. Send it again later.",
  method_not_allowed: "Deliveries come by POST.",
} as const;

const refused = (error: keyof typeof MESSAGES, requestId: string) => ({
  error,
  message: MESSAGES[error],
  request_id: requestId,
});

/** Made once: to set header after header costs more than all else that intake does for a delivery. */
const ACCEPTED = {
  body: JSON.stringify({ status: "accepted" }),
  headers: new Headers({ ...BARE_HEADERS, "content-type": "application/json" }),
};

/** `POST /webhooks/revento`. */
export function webhookRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const refusals = new Refusals();
  routes.post("/webhooks/revento", async (c) => {
    const world = c.get("world");
    const answer = await takeIn(world, c.req.raw);
    if (answer.status === 200) return new Response(ACCEPTED.body, { headers: ACCEPTED.headers });
    if (answer.status === 401 && answer.refusal !== null) await refusals.note(world, answer.refusal);
    return c.json(refused(answer.word, c.get("requestId")), answer.status);
  });
  routes.all("/webhooks/revento", (c) =>
    c.json(refused("method_not_allowed", c.get("requestId")), 405, { Allow: "POST" }),
  );
  return routes;
}
