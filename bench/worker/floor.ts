import type { Env } from "../../src/bindings.ts";
import { verifyOnly } from "./verify-only.ts";

/**
 * The floors of intake, in a Worker of their own: `/` verifies and forgets, `/queued` also hands the bytes to a queue,
 * which is the least that any intake does that loses nothing.
 */
export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/queued") return verifyOnly(request, env);
    const copy = request.clone();
    const answer = await verifyOnly(request, env);
    const body = new Uint8Array(await copy.arrayBuffer());
    await env.WEBHOOKS.send({ deliveryId: "", requestId: null, eventName: "", receivedAt: 0, body });
    return answer;
  },
} satisfies ExportedHandler<Env>;
