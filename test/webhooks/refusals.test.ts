import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { Env } from "../../src/bindings.ts";
import { SELF_TEST_TYPE } from "../../src/launch/index.ts";
import type { SyncMessage } from "../../src/messages.ts";
import { readMetrics, watch } from "../../src/monitoring/index.ts";
import { listOpenSignals } from "../../src/signals/index.ts";
import { Refusals } from "../../src/webhooks/refusals.ts";
import { consumeNow, delivery, envelope, heldQueue } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const MINUTE_MS = 60_000;
const FORGED = { "X-Revento-Signature": `sha256=${"ab".repeat(32)}` };
const LATE = { "X-Revento-Timestamp": String(Math.floor(Date.now() / 1000) - 400) };
const body = JSON.stringify(envelope({ type: "application.approved" }));

/** What one isolate tells, by its clock. */
function isolate() {
  const clock = { at: Date.UTC(2026, 10, 20) };
  const SYNC = heldQueue<SyncMessage>();
  const world = testWorld({ now: () => clock.at, env: { ...env, SYNC } as Env });
  const refusals = new Refusals();
  const refuse = async (count: number) => {
    for (let n = 0; n < count; n++) await refusals.note(world, "signature");
  };
  return { clock, refuse, told: SYNC.sent, refusals, world };
}

const toldOf = (signature: number, timestamp = 0) => ({ kind: "deliveries.refused", signature, timestamp });

test("a stray forgery is told to nobody; several together are, at once", async () => {
  const { refuse, told } = isolate();
  await refuse(4);
  expect(told).toEqual([]);
  await refuse(1);
  expect(told).toEqual([toldOf(5)]);
});

test("a forger makes us write once a minute, however much he sends; none of it goes uncounted", async () => {
  const { clock, refuse, told } = isolate();
  for (let second = 0; second < 180; second++) {
    await refuse(50);
    clock.at += 1_000;
  }
  expect(told).toEqual([toldOf(5), toldOf(3_000 - 5 + 1), toldOf(3_000)]);
});

test("fewer than that are told by the next one after a minute, by what was wrong", async () => {
  const { clock, refuse, told, refusals, world } = isolate();
  await refuse(2);
  clock.at += MINUTE_MS;
  await refusals.note(world, "timestamp");
  expect(told).toEqual([toldOf(2, 1)]);
});

test("a queue that is out makes no difference to the answer", async () => {
  const SYNC = { send: () => Promise.reject(new Error("the queue is out")) };
  const bindings = { ...withoutDelivery(), SYNC } as unknown as Env;
  const app = createApp();
  for (let n = 0; n < 6; n++) {
    expect((await app.fetch(await delivery(body, FORGED), bindings)).status).toBe(401);
  }
});

/** Delivers to an app of its own. @returns what was told of the refusals */
async function refusedBy(requests: readonly Request[]): Promise<readonly SyncMessage[]> {
  const SYNC = heldQueue<SyncMessage>();
  const app = createApp();
  for (const request of requests) {
    const response = await app.fetch(request, { ...withoutDelivery(), SYNC } as Env);
    expect([response.status, Object.keys(await response.json<object>())]).toEqual([
      401,
      ["error", "message", "request_id"],
    ]);
  }
  return SYNC.sent;
}

const five = (headers: Readonly<Record<string, string | null>>, eventName?: string) =>
  Promise.all(Array.from({ length: 5 }, () => delivery(body, headers, eventName)));

test("what lacks a header, and what the self-test sends, is no sign of a wrong secret", async () => {
  expect(await refusedBy(await five({ "X-Revento-Signature": null }))).toEqual([]);
  expect(await refusedBy(await five(FORGED, SELF_TEST_TYPE))).toEqual([]);
  expect(await refusedBy(await five(LATE, SELF_TEST_TYPE))).toEqual([]);
});

test.each([
  ["a wrong secret", FORGED, "refused_signature"],
  ["a wrong clock", LATE, "refused_timestamp"],
])("%s is counted, and raises deliveries_failing", async (_, headers, outcome) => {
  const world = testWorld({ env: withoutDelivery() });
  const before = (await readMetrics(world)).webhooks?.[outcome] ?? 0;
  const { acked } = await consumeNow(await refusedBy(await five(headers)), world, "revento-sync");
  expect(acked).toHaveLength(1);
  expect((await readMetrics(world)).webhooks).toMatchObject({ [outcome]: before + 5 });
  await watch(world);
  expect(await listOpenSignals(world)).toContainEqual(
    expect.objectContaining({ name: "deliveries_failing", text: expect.stringContaining("5 refused") }),
  );
  await env.DB.batch(["signals", "counters"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});
