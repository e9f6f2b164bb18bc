import type { Env } from "../../src/bindings.ts";
import { verifyOnly } from "./verify-only.ts";

/**
 * The floors of intake, in a Worker of their own: `/` verifies and forgets, `/queued` also hands the bytes to a queue,
 * which is the least that any intake does that loses nothing.
 */
export default {
  async fetch(request, env) {
    const { body, answer } = await verifyOnly(request, env);
    if (new URL(request.url).pathname === "/queued") {
      const message = { deliveryId: "", requestId: null, eventName: "", receivedAt: 0, body };
      await env.WEBHOOKS.send(message, { contentType: "v8" });
    }
    return answer;
  },
} satisfies ExportedHandler<Env>;
