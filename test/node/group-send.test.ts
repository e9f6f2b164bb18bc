import { request } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { signedDelivery } from "../../bench/load.ts";
import { testSettings } from "../support/settings.ts";
import { startWorkerd, type Workerd } from "./support/bare-workerd.ts";
import { freePorts } from "./support/ports.ts";
import { type QueueCall, type QueueStub, startQueueStub } from "./support/queue-stub.ts";
import { bundleFor } from "./support/workerd.ts";

/**
 * Intake in workerd itself, each delivery a request of its own over HTTP, against a queue that answers when it is told
 * to. What must hold whatever the queue and the senders do: nobody is acknowledged whose message the queue has not.
 */
const script = await bundleFor("src/index.ts");
/** Far less than what a queue that says nothing is waited for, far more than a turn takes. */
const SOON_MS = 1_000;

let queue: QueueStub;
let workerd: Workerd;
let url: string;
let startedAt: number;

beforeEach(async () => {
  const [port = 0, queuePort = 0] = await freePorts(2);
  queue = await startQueueStub(queuePort);
  workerd = await startWorkerd([{ name: "intake", script, port }], queuePort);
  url = `http://127.0.0.1:${port}/webhooks/revento`;
  await post({}).status;
  startedAt = performance.now();
});

afterEach(async () => {
  workerd.stop();
  await queue.stop();
});

interface Posted {
  readonly id: string;
  /** The answer's, or null where the client left before it. Throws when an acknowledged message is not in the queue. */
  readonly status: Promise<number | null>;
  /** Resets the connection: workerd cancels the request of a client that has gone so, and not of one that says goodbye. */
  leave(): void;
}

let made = 0;

function post({ eventId = "evt_1" }: { readonly eventId?: string }): Posted {
  const { body, headers } = signedDelivery(testSettings.REVENTO_WEBHOOK_SECRET, made++, eventId);
  const id = headers["X-Revento-Delivery-Id"];
  const sent = request(url, { method: "POST", agent: false, headers });
  const status = new Promise<number | null>((resolve, reject) => {
    sent.on("error", () => resolve(null));
    sent.on("response", (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      if (statusCode !== 200 || queue.taken.has(id)) resolve(statusCode);
      else reject(new Error(`${id} was acknowledged, and is not in the queue`));
    });
  });
  status.catch(() => undefined);
  sent.end(body);
  return { id, status, leave: () => sent.socket?.resetAndDestroy() };
}

const several = (count: number): Posted[] => Array.from({ length: count }, () => post({}));
const statusesOf = (posted: readonly Posted[]) => Promise.all(posted.map(({ status }) => status));

/** Keeps every call unanswered until the test says what becomes of it. */
function hold(): QueueCall[] {
  const held: QueueCall[] = [];
  queue.onCall = (call) => held.push(call);
  return held;
}

const calls = (held: readonly QueueCall[], count: number) =>
  vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(count), { timeout: 5_000, interval: 2 });

const turn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Those who wait for a send that is held, known by what they are called in the queue's next call. */
async function waitingBehindOne(count: number) {
  const held = hold();
  const first = post({});
  await calls(held, 1);
  const waiting = several(count);
  await turn(40);
  return { held, first, waiting };
}

test("what comes while a send is under way leaves in one call, and is acknowledged after it", async () => {
  const { held, first, waiting } = await waitingBehindOne(12);
  held[0]?.accept();
  expect(await first.status).toBe(200);
  await calls(held, 2);
  queue.onCall = (call) => call.accept();
  await turn(30);
  for (const call of held.slice(1)) call.accept();
  expect(await statusesOf(waiting)).toEqual(waiting.map(() => 200));
  // Of a machine that stands still for a moment, one or two more.
  expect(queue.calls.length).toBeLessThan(1 + 1 + 4);
  expect(Math.max(...queue.calls.map(({ deliveryIds }) => deliveryIds.length))).toBeGreaterThan(6);
});

test("one at a time waits for nobody, and is sent as one message", async () => {
  for (let time = 0; time < 5; time++) expect(await post({}).status).toBe(200);
  expect(queue.calls.map(({ isBatch }) => isBatch)).toEqual(Array(6).fill(false));
});

test("a client that leaves while its request sends for others costs them nothing", async () => {
  const { held, waiting } = await waitingBehindOne(4);
  held[0]?.accept();
  await calls(held, 2);
  const leaderId = held[1]?.deliveryIds[0];
  waiting.find(({ id }) => id === leaderId)?.leave();
  await turn(50);
  queue.onCall = (call) => call.accept();
  for (const call of held.slice(1)) call.accept();
  const others = waiting.filter(({ id }) => id !== leaderId);
  expect(others).toHaveLength(3);
  expect(await statusesOf(others)).toEqual([200, 200, 200]);
  expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
});

test("a client that leaves before its turn to send for others holds nobody up", async () => {
  const { held, waiting } = await waitingBehindOne(1);
  const others = several(4);
  await turn(20);
  waiting[0]?.leave();
  await turn(10);
  queue.onCall = (call) => call.accept();
  held[0]?.accept();
  expect(await statusesOf(others)).toEqual([200, 200, 200, 200]);
  expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
});

test("a send that is never answered holds up nobody but its own request", async () => {
  const held = hold();
  const first = post({});
  await calls(held, 1);
  queue.onCall = (call) => call.accept();
  const others = several(5);
  expect(await statusesOf(others)).toEqual([200, 200, 200, 200, 200]);
  expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
  // Neither queue nor database: Revento is asked to come again.
  expect(await first.status).toBe(503);
});

test("where the queue refuses a group, each of it is tried alone", async () => {
  const { held, first, waiting } = await waitingBehindOne(6);
  const refusedId = waiting[2]?.id ?? "";
  queue.onCall = (call) => (call.deliveryIds.includes(refusedId) ? call.refuse() : call.accept());
  held[0]?.accept();
  expect(await first.status).toBe(200);
  const expected = waiting.map(({ id }) => (id === refusedId ? 503 : 200));
  expect(await statusesOf(waiting)).toEqual(expected);
});

test.each([1, 2, 3, 4])(
  "a storm on a queue that stalls and refuses, with clients that leave (%i)",
  async (seed) => {
    let state = seed * 7_919;
    const random = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 32;
    };
    queue.onCall = (call) => {
      const chance = random();
      if (chance < 0.05) return;
      setTimeout(() => (chance < 0.2 ? call.refuse() : call.accept()), random() * 150);
    };
    const posted: Posted[] = [];
    for (let wave = 0; wave < 12; wave++) {
      const wavePosted = several(20);
      posted.push(...wavePosted);
      await turn(random() * 60);
      for (const one of wavePosted) if (random() < 0.1) one.leave();
    }
    const statuses = await statusesOf(posted);
    const allowed = new Set([200, 503, null]);
    expect(statuses.filter((status) => !allowed.has(status))).toEqual([]);
    // A call that hangs takes a group with it.
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(posted.length / 5);
    expect(queue.calls.length).toBeLessThan(posted.length);
    // And it is none the worse for it.
    queue.onCall = (call) => call.accept();
    expect(await statusesOf(several(10))).toEqual(Array(10).fill(200));
  },
);
