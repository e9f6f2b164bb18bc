import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { Env } from "../../src/bindings.ts";
import { utf8 } from "../../src/lib/encoding.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { delivery, envelope, heldQueue } from "../support/webhooks.ts";
import { withoutDelivery } from "../support/world.ts";

const FORBIDDEN = ["DB", "CONNECTION", "LEDGER", "ATTENDANCE", "SYNC"] as const;

/** A binding that nobody may use. What was tried is written down, also where the throw is caught. */
function forbidden(name: string, touched: string[]): never {
  return new Proxy(Object.create(null) as never, {
    get: (_, property) => {
      touched.push(`${name}.${String(property)}`);
      throw new Error(`${name} was used`);
    },
  });
}

/** One request to the app as the Worker builds it, and all that it left behind to be done. */
async function answerTo(request: Request) {
  const touched: string[] = [];
  const queue = heldQueue<WebhookMessage>();
  const bindings = {
    ...withoutDelivery(),
    ...Object.fromEntries(FORBIDDEN.map((name) => [name, forbidden(name, touched)])),
    WEBHOOKS: queue,
  } as unknown as Env;
  const ctx = createExecutionContext();
  const response = await createApp().fetch(request, bindings, ctx);
  const text = await response.text();
  await waitOnExecutionContext(ctx);
  return { status: response.status, text, touched, sent: queue.sent };
}

const TYPES = ["application.approved", "activity.updated", "data.deletion_required", "unknown.type"];

test.each(TYPES)(
  "the route answers 200 to %s with one message, without D1 and without a Durable Object",
  async (type) => {
    const body = JSON.stringify(envelope({ type, event_id: "evt_1", organization_id: "org_1" }));
    const { status, text, touched, sent } = await answerTo(await delivery(body, {}, type));
    expect([status, JSON.parse(text)]).toEqual([200, { status: "accepted" }]);
    expect(touched).toEqual([]);
    expect(sent.map((message) => message.body)).toEqual([utf8(body)]);
  },
);

test("the route refuses a forgery without D1 and without a Durable Object, and queues nothing", async () => {
  const body = JSON.stringify(envelope({ type: "application.approved" }));
  const forged = await delivery(body, { "X-Revento-Signature": `sha256=${"ab".repeat(32)}` });
  const { status, touched, sent } = await answerTo(forged);
  expect([status, touched, sent]).toEqual([401, [], []]);
});
