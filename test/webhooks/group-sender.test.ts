import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { enqueueWebhook } from "../../src/webhooks/enqueue.ts";
import { GroupSender } from "../../src/webhooks/group-sender.ts";
import { messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const LIMIT_MS = 400;

type Answer = "takes" | "refuses" | "never answers";

/** A queue that answers each call as it is told, after so many milliseconds. */
function queueThat(answerTo: (call: number) => { readonly answer: Answer; readonly afterMs: number }) {
  const calls: (readonly WebhookMessage[])[] = [];
  const taken = new Set<string>();
  const take = async (messages: readonly WebhookMessage[]) => {
    const { answer, afterMs } = answerTo(calls.push(messages) - 1);
    if (answer === "never answers") return new Promise<never>(() => {});
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    if (answer === "refuses") throw new Error("Queue send failed: Too Many Requests");
    for (const { deliveryId } of messages) taken.add(deliveryId);
  };
  const WEBHOOKS = {
    send: (message: WebhookMessage) => take([message]),
    sendBatch: (messages: readonly MessageSendRequest<WebhookMessage>[]) =>
      take(messages.map(({ body }) => body)),
  };
  const world = testWorld({ env: { ...env, WEBHOOKS } as unknown as Env });
  return { world, calls, taken };
}

const ZEROS = new Uint8Array(126_000);

const sized = (bytes: number): WebhookMessage => ({
  ...messageOf({ type: "application.approved" }),
  body: ZEROS.subarray(0, bytes),
});

const bytesOf = (messages: readonly WebhookMessage[]): number =>
  messages.reduce((sum, { body }) => sum + (body?.byteLength ?? 0), 0);

const answer = fc.record({
  answer: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Answer>("takes") },
    { weight: 2, arbitrary: fc.constant<Answer>("refuses") },
    { weight: 1, arbitrary: fc.constant<Answer>("never answers") },
  ),
  afterMs: fc.integer({ min: 0, max: 60 }),
});
const arrival = fc.record({
  bytes: fc.oneof(
    fc.integer({ min: 200, max: 3_000 }),
    fc.integer({ min: 8_000, max: 17_000 }),
    fc.integer({ min: 0, max: 126_000 }),
  ),
  atMs: fc.integer({ min: 0, max: 80 }),
});

type Case = readonly [
  answers: readonly { readonly answer: Answer; readonly afterMs: number }[],
  arrivals: readonly { readonly bytes: number; readonly atMs: number }[],
];

/** Half of the cases have a queue that takes everything: each of those messages must be there, and once. */
const cases: fc.Arbitrary<Case> = fc.tuple(
  fc.oneof(
    fc.array(answer, { minLength: 1, maxLength: 6 }),
    fc.constant([{ answer: "takes" as const, afterMs: 30 }]),
  ),
  fc.array(arrival, { minLength: 1, maxLength: 150, size: "max" }),
);

async function expectTruth([answers, arrivals]: Case): Promise<void> {
  const isGood = answers.every(({ answer }) => answer === "takes");
  const { world, calls, taken } = queueThat(
    (call) => answers[call % answers.length] ?? { answer: "takes", afterMs: 0 },
  );
  const sender = new GroupSender();
  const send = async ({ bytes, atMs }: Case[1][number]) => {
    await new Promise((resolve) => setTimeout(resolve, atMs));
    const message = sized(bytes);
    const outcome = await sender.send(world, message, isGood ? 10 * LIMIT_MS : LIMIT_MS);
    // At this moment, not in the end.
    return { outcome, isTaken: taken.has(message.deliveryId) };
  };
  const outcomes = await Promise.all(arrivals.map(send));
  expect(outcomes.filter(({ outcome, isTaken }) => outcome === "sent" && !isTaken)).toEqual([]);
  for (const call of calls) {
    expect(call.length).toBeLessThanOrEqual(100);
    if (call.length > 1) expect(bytesOf(call)).toBeLessThanOrEqual(128_000);
  }
  if (isGood) {
    expect(outcomes.filter(({ outcome }) => outcome !== "sent")).toEqual([]);
    expect(calls.flat()).toHaveLength(arrivals.length);
  }
}

const SEED = Date.now();

test(`whoever is told so was sent, in calls that a queue takes, whatever it answers (seed ${SEED})`, async () => {
  // Their time is waiting: all at once.
  await Promise.all(fc.sample(cases, { numRuns: 12, seed: SEED }).map(expectTruth));
});

test.each([
  { count: 130, bytes: 500, lengths: [1, 100, 29] },
  { count: 30, bytes: 10_000, lengths: [1, 12, 12, 5] },
])(
  "$count messages of $bytes bytes leave in the order in which they came, in calls of $lengths",
  async ({ count, bytes, lengths }) => {
    const { world, calls } = queueThat(() => ({ answer: "takes", afterMs: 20 }));
    const sender = new GroupSender();
    const messages = Array.from({ length: count }, () => sized(bytes));
    await Promise.all(messages.map((message) => sender.send(world, message, LIMIT_MS)));
    expect(calls.map(({ length }) => length)).toEqual(lengths);
    expect(calls.flat()).toEqual(messages);
  },
);

test("a large one leaves at once, beside a send that is under way", async () => {
  const { world, calls } = queueThat((call) => ({
    answer: call === 0 ? "never answers" : "takes",
    afterMs: 0,
  }));
  const sender = new GroupSender();
  const first = sender.send(world, sized(500), LIMIT_MS);
  expect(await sender.send(world, sized(16_001), LIMIT_MS)).toBe("sent");
  expect(calls).toHaveLength(2);
  expect(await first).toBe("timed_out");
});

test("what was given to a send that never ends is not known to be sent: nobody says so", async () => {
  const { world, calls } = queueThat((call) => ({
    answer: call === 0 ? "takes" : "never answers",
    afterMs: 20,
  }));
  const sender = new GroupSender();
  const all = Array.from({ length: 4 }, () => sender.send(world, sized(500), LIMIT_MS));
  expect(await Promise.all(all)).toEqual(["sent", "timed_out", "timed_out", "timed_out"]);
  expect(calls.map(({ length }) => length)).toEqual([1, 3]);
});

test("one that the queue refuses does not cost the others of its group", async () => {
  const { world, calls } = queueThat((call) => ({
    answer: call === 1 || call === 3 ? "refuses" : "takes",
    afterMs: 10,
  }));
  const sender = new GroupSender();
  const all = Array.from({ length: 4 }, () => sender.send(world, sized(500), LIMIT_MS));
  // The group is refused, and then one of those who try alone.
  expect((await Promise.all(all)).toSorted()).toEqual(["refused", "sent", "sent", "sent"]);
  expect(calls.map(({ length }) => length)).toEqual([1, 3, 1, 1, 1]);
});

test("a clock that jumps while messages wait makes nobody wait longer, and nobody give up", async () => {
  let now = 1_000_000_000;
  const jumpAt = 30;
  for (const jumpMs of [-10_000, 10_000]) {
    now = 1_000_000_000;
    const { world, calls } = queueThat((call) => ({
      answer: call === 2 ? "never answers" : "takes",
      afterMs: 60,
    }));
    const clocked = { ...world, now: () => now };
    const sender = new GroupSender();
    const all = Array.from({ length: 5 }, () => sender.send(clocked, sized(500), LIMIT_MS));
    setTimeout(() => {
      now += jumpMs;
    }, jumpAt);
    expect(await Promise.all(all)).toEqual(Array(5).fill("sent"));
    expect(calls).toHaveLength(2);
    // And a queue that hangs holds nobody beyond the limit.
    const startedAt = performance.now();
    expect(await sender.send(clocked, sized(500), LIMIT_MS)).toBe("timed_out");
    expect(performance.now() - startedAt).toBeLessThan(3 * LIMIT_MS);
  }
});

test("the pointer of a spilled body, which has little time left, takes no others along", async () => {
  const { world, calls, taken } = queueThat((call) => ({ answer: "takes", afterMs: call === 0 ? 60 : 200 }));
  const slow = { ...world, db: { raw: env.DB } };
  const message = (bytes: number) => ({
    ...messageOf({ type: "unknown.pointer" }),
    body: ZEROS.subarray(0, bytes),
  });
  const owner = { eventId: null, organizationId: null };
  const spillsOf = () => rowsOf<{ n: number }>("SELECT count(*) n FROM spills");
  const [before] = await spillsOf();
  const large = { ...message(0), body: new Uint8Array(130_000) };
  const all = [message(500), ...Array.from({ length: 5 }, () => message(500)), large].map((one) =>
    enqueueWebhook(slow, one, owner),
  );
  expect(await Promise.all(all)).toEqual(Array(7).fill(true));
  expect(taken.size).toBe(7);
  expect(calls.find(([first]) => first?.spillId !== undefined)).toHaveLength(1);
  const [after] = await spillsOf();
  expect((after?.n ?? 0) - (before?.n ?? 0)).toBe(1);
});
