import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { Random } from "../../emulator/random.ts";
import { createApp } from "../../src/app.ts";
import type { Env } from "../../src/bindings.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { mutate } from "../support/mutate.ts";
import { delivery, envelope, heldQueue } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const text = JSON.stringify(envelope({ type: "application.approved", data: { id: "app_ż" } }));

/** Nothing is accepted that is not validly signed, nothing answered 5xx. @returns how many queued and refused */
async function fuzz(rounds: number, seed: string, send: (request: Request) => Promise<{ status: number }>) {
  const random = new Random(seed);
  const counts = { accepted: 0, forged: 0 };
  for (let round = 0; round < rounds; round++) {
    const { request, isGenuine } = await mutate(text, random);
    const { status } = await send(request);
    if (status === 200) counts.accepted++;
    if (status === 401) counts.forged++;
    if (status === 200) expect(isGenuine, `round ${round} was accepted`).toBe(true);
    expect(status, `round ${round}`).toBeLessThan(500);
  }
  // Both kinds came: forgeries, and changes that the signature allows.
  expect(counts.forged).toBeGreaterThan(rounds / 10);
  expect(counts.accepted).toBeGreaterThan(0);
  return counts;
}

test("100,000 mutated requests: none accepted that is not validly signed, none answered 5xx", {
  timeout: 120_000,
}, async () => {
  const queue = heldQueue<WebhookMessage>();
  const world = testWorld({ env: { ...env, WEBHOOKS: queue } as Env });
  await fuzz(100_000, "fuzz", async (request) => {
    queue.sent.splice(0);
    return takeIn(world, request);
  });
});

test("5,000 of them through the Worker's route, each that is accepted queued once", {
  timeout: 60_000,
}, async () => {
  const queue = heldQueue<WebhookMessage>();
  const app = createApp();
  const bindings = { ...env, WEBHOOKS: queue } as Env;
  const { accepted } = await fuzz(5_000, "route", async (request) => {
    const response = await app.fetch(request, bindings, createExecutionContext());
    await response.text();
    return response;
  });
  expect(queue.sent).toHaveLength(accepted);
});

test("JSON nested 2,000 deep is taken by the route like any other", async () => {
  const queue = heldQueue<WebhookMessage>();
  const nested = `${"[".repeat(2_000)}${"]".repeat(2_000)}`;
  for (const body of [text.replace(/"data":\{.*?\}/, `"data":{"id":${nested}}`), nested]) {
    expect(body).toContain(nested);
    const response = await createApp().fetch(
      await delivery(body),
      { ...env, WEBHOOKS: queue } as Env,
      createExecutionContext(),
    );
    expect(response.status).toBe(200);
    expect(new TextDecoder().decode(queue.sent.pop()?.body)).toBe(body);
  }
});
