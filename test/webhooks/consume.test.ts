import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { endConnection } from "../../src/connections/index.ts";
import { openDatabase } from "../../src/db/client.ts";
import { consume } from "../../src/jobs.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { listDeadLetters, replayDeadLetter, replayDeadLetters } from "../../src/webhooks/index.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { faultyD1 } from "../support/faulty-d1.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, delivery, envelope, heldQueue, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

async function connected() {
  const { id, eventId, organizationId, generation } = await openPlain(testWorld(), START);
  return {
    id,
    generation,
    key: { eventId, organizationId },
    of: { event_id: eventId, organization_id: organizationId },
  };
}

const approval = (of: object, seconds: number, parts: object = {}) => ({
  type: "application.approved",
  occurred_at: at(seconds),
  data: { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status: "approved" },
  ...of,
  ...parts,
});

const statusOf = async (id: string) =>
  (
    await rowsOf<{ application_status: string }>(
      "SELECT application_status FROM participants WHERE connection_id = ?",
      id,
    )
  ).map((row) => row.application_status);
const outcomesOf = (id: string) =>
  rowsOf<{ outcome: string; attempts: number }>(
    "SELECT outcome, attempts FROM deliveries WHERE connection_id = ? ORDER BY occurred_at",
    id,
  );

test("an approval of somebody not seen before makes the participant", async () => {
  const { id, of } = await connected();
  expect((await consumeNow([messageOf(approval(of, 1))])).acked).toHaveLength(1);
  expect(await statusOf(id)).toEqual(["approved"]);
  expect(await outcomesOf(id)).toEqual([{ outcome: "applied", attempts: 1 }]);
});

test("a repeat counts an attempt and nothing else, also under a new delivery id", async () => {
  const { id, of } = await connected();
  const first = messageOf(approval(of, 1));
  const snapshot = () => rowsOf("SELECT * FROM participants WHERE connection_id = ?", id);
  await consumeNow([first]);
  const before = await snapshot();
  await consumeNow([{ ...first, receivedAt: first.receivedAt + 5 }]);
  await consumeNow([{ ...first, deliveryId: crypto.randomUUID() }]);
  expect(await snapshot()).toEqual(before);
  expect(await outcomesOf(id)).toEqual([{ outcome: "applied", attempts: 3 }]);
  // Our own queue delivering the same message again is no attempt of Revento's.
  await consumeNow([first]);
  expect(await outcomesOf(id)).toEqual([{ outcome: "applied", attempts: 3 }]);
});

test("an older snapshot changes nothing; a newer profile does not shut out an older approval", async () => {
  const { id, of } = await connected();
  const profile = { id: "ptp_1", user_id: "usr_1", display_name: "Ola", application_status: "pending" };
  await consumeNow([
    messageOf({ type: "participant.profile_updated", occurred_at: at(9), data: profile, ...of }),
  ]);
  expect(await statusOf(id)).toEqual(["pending"]);
  await consumeNow([messageOf(approval(of, 5))]);
  await consumeNow([
    messageOf({
      ...approval(of, 3),
      type: "application.rejected",
      data: { id: "app_1", participant_id: "ptp_1", status: "rejected" },
    }),
  ]);
  expect(await statusOf(id)).toEqual(["approved"]);
  expect((await outcomesOf(id)).map(({ outcome }) => outcome)).toEqual(["stale", "applied", "applied"]);
});

test("what comes behind a newer one in the same batch is recorded as what it is there", async () => {
  const { id, of } = await connected();
  const rejection = {
    ...approval(of, 3),
    type: "application.rejected",
    data: { id: "app_1", participant_id: "ptp_1", status: "rejected" },
  };
  await consumeNow([messageOf(approval(of, 5)), messageOf(rejection), messageOf(approval(of, 7))]);
  expect(await statusOf(id)).toEqual(["approved"]);
  expect((await outcomesOf(id)).map(({ outcome }) => outcome)).toEqual(["stale", "applied", "applied"]);
});

test("one bad message is set aside alone; the others of its batch are applied", async () => {
  const { id, of } = await connected();
  const deep = JSON.stringify({ ...envelope(approval(of, 2)), data: 0 }).replace(
    '"data":0',
    `"data":${"[".repeat(2_000)}${"]".repeat(2_000)}`,
  );
  const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));
  const { acked } = await consumeNow([
    messageOf(approval(of, 1)),
    { ...messageOf(approval(of, 2)), body: bytes(deep) },
    messageOf(approval(of, 3, { data: { nobody: true } })),
    messageOf(approval(of, 4)),
  ]);
  expect(acked).toHaveLength(4);
  expect((await outcomesOf(id)).map(({ outcome }) => outcome)).toEqual(["applied", "set_aside", "applied"]);
  const letters = (await listDeadLetters(testWorld(), { limit: 100 })).filter(
    ({ reason }) => reason.includes("nested") || reason.includes("no application.approved"),
  );
  expect(letters).toHaveLength(2);
});

test("texts that SQLite cannot hold are kept readable, and lose nobody else's webhook", async () => {
  const { id, of } = await connected();
  const data = {
    id: "ptp_1",
    display_name: "a\0b\ud800c",
    email: "ż🎉@example.test",
    custom_form_fields: { "k\0": "\udfff" },
  };
  await consumeNow([
    messageOf({ type: "participant.registered", occurred_at: at(1), data, ...of }),
    messageOf(approval(of, 2)),
  ]);
  const [row] = await rowsOf(
    "SELECT display_name, email, application_status FROM participants WHERE connection_id = ?",
    id,
  );
  expect(row).toEqual({
    display_name: "a\uFFFDb\uFFFDc",
    email: "ż🎉@example.test",
    application_status: "approved",
  });
});

test("unknown types, unknown connections and undeclared types are recorded and acknowledged", async () => {
  const { id, of } = await connected();
  const unknownId = crypto.randomUUID();
  await consumeNow([
    messageOf({ type: "payment.completed", occurred_at: at(1), ...of }),
    messageOf({ id: unknownId, ...approval({ event_id: "evt_?", organization_id: "org_?" }, 2) }),
    messageOf({ type: "activity.created", occurred_at: at(3), data: { id: "act_1" }, ...of }),
  ]);
  expect((await outcomesOf(id)).map(({ outcome }) => outcome)).toEqual(["ignored", "applied"]);
  expect(await rowsOf("SELECT connection_id, outcome FROM deliveries WHERE body_id = ?", unknownId)).toEqual([
    { connection_id: "", outcome: "ignored" },
  ]);
  expect(
    await rowsOf(
      "SELECT count FROM counters WHERE area = 'webhooks' AND outcome = 'undeclared' AND bucket = 0",
    ),
  ).toEqual([{ count: 1 }]);
});

test("after the end a late webhook and a replayed letter write nothing", async () => {
  const { id, key, of } = await connected();
  await consumeNow([messageOf(approval(of, 1))], testWorld(), "revento-webhooks-dead");
  const letter = (await listDeadLetters(testWorld(), { limit: 100 })).find(
    ({ eventId }) => eventId === key.eventId,
  );
  await endConnection(testWorld(), { ...key, reason: "organizer_revoked", at: START + 5_000 });
  await consumeNow([messageOf(approval(of, 2))]);
  const queue = heldQueue<WebhookMessage>();
  const world = testWorld({ env: { ...env, WEBHOOKS: queue } as Env });
  expect(await replayDeadLetter(world, letter?.id ?? "", "operator")).toBe("replayed");
  await consumeNow(queue.sent);
  expect(await statusOf(id)).toEqual([]);
  expect((await outcomesOf(id)).map(({ outcome }) => outcome)).toEqual(["ignored", "ignored"]);
  // What fails only now is not kept either.
  await consumeNow([messageOf(approval(of, 3))], testWorld(), "revento-webhooks-dead");
  expect(
    (await listDeadLetters(testWorld(), { limit: 100 })).filter(({ eventId }) => eventId === key.eventId),
  ).toEqual([]);
});

test("an event from before this life does nothing: the initial sync contains it", async () => {
  const { id, of } = await connected();
  await consumeNow([messageOf(approval(of, -10))]);
  expect([await statusOf(id), await outcomesOf(id)]).toEqual([[], [{ outcome: "ignored", attempts: 1 }]]);
});

test("a suspended connection takes no writes, without any row of it being changed", async () => {
  const { id, of } = await connected();
  await env.DB.prepare("INSERT INTO platform_state VALUES ('suspended_at', ?)")
    .bind(START + 1)
    .run();
  await consumeNow([messageOf(approval(of, 5))]);
  await env.DB.prepare("DELETE FROM platform_state").run();
  expect([await statusOf(id), await outcomesOf(id)]).toEqual([[], [{ outcome: "ignored", attempts: 1 }]]);
});

/** A world whose D1 fails while it is out: before anything, or after it did what it was told. */
function failing(isOut: () => boolean, isCommitting: boolean) {
  const world = testWorld();
  const refusing = faultyD1(env.DB);
  refusing.fault = "error";
  const raw = new Proxy(world.db.raw, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (!isOut() || (isCommitting && name !== "batch")) return value.bind(target);
      // Preparing asks nothing of D1: it is the statement that fails.
      if (name === "prepare") return refusing.binding.prepare;
      return async (...values: unknown[]) => {
        if (isCommitting) await Reflect.apply(value, target, values);
        throw new Error("D1_ERROR: Network connection lost.");
      };
    },
  });
  return { ...world, db: { ...world.db, raw } };
}

interface Waiting {
  readonly body: unknown;
  attempts: number;
  due: number;
  isDead: boolean;
}

for (const isCommitting of [false, true]) {
  test(`three hours without D1 (${isCommitting ? "commits unheard" : "refuses all"}): nothing is lost, the dead-letter queue included`, {
    timeout: 120_000,
  }, async () => {
    const { id, of } = await connected();
    let now = 0;
    const isOut = () => now < 3 * 3_600_000;
    const world = failing(isOut, isCommitting);
    // They come through intake, all at once, while D1 is out: it acknowledges each.
    const arrived = heldQueue<WebhookMessage>();
    const intake = { ...world, env: { ...world.env, WEBHOOKS: arrived } as Env };
    const told = Array.from({ length: 120 }, (_, n) =>
      approval(of, n, { data: { id: `app_${n}`, participant_id: `ptp_${n}`, status: "approved" } }),
    );
    const answers = await Promise.all(
      told.map(async (one) => takeIn(intake, await delivery(JSON.stringify(envelope(one))))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const waiting: Waiting[] = arrived.sent.map((body, index) => ({
      body,
      // Some have nearly used up their tries: those go through the dead-letter queue.
      attempts: index % 10 === 0 ? 99 : 1,
      due: index * 60_000,
      isDead: false,
    }));
    while (waiting.length > 0) {
      now = Math.min(...waiting.map(({ due }) => due));
      const due = waiting
        .filter((one) => one.due <= now && one.isDead === waiting.find((w) => w.due <= now)?.isDead)
        .slice(0, 20);
      const queue = due[0]?.isDead === true ? "revento-webhooks-dead" : "revento-webhooks";
      const attempts = Math.max(...due.map((one) => one.attempts));
      const { retriedIndexes } = await consumeNow(
        due.map(({ body }) => body),
        world,
        queue,
        Math.min(attempts, 100),
      );
      due.forEach((one, index) => {
        if (!retriedIndexes.includes(index)) waiting.splice(waiting.indexOf(one), 1);
        one.attempts++;
        one.due = now + 600_000;
        if (one.attempts > 101 && !one.isDead) Object.assign(one, { isDead: true, attempts: 1 });
      });
    }
    const letters = (await listDeadLetters(testWorld(), { limit: 100 })).filter(
      ({ eventId }) => eventId === of.event_id,
    );
    expect(letters.length).toBeGreaterThan(0);
    const queue = heldQueue<WebhookMessage>();
    const held = testWorld({ env: { ...env, WEBHOOKS: queue } as Env });
    const filter = { queue: "revento-webhooks", reason: "retries used up" } as const;
    await replayDeadLetters(held, filter, "operator");
    expect(queue.sent.length).toBeGreaterThanOrEqual(letters.length);
    await consumeNow(queue.sent);
    expect(await statusOf(id)).toHaveLength(120);
    expect((await outcomesOf(id)).filter(({ outcome }) => outcome === "applied")).toHaveLength(120);
  });
}

test("a signed body that is no envelope counts as set aside, also after a commit that went unheard", async () => {
  const countOf = async () =>
    (await env.DB.prepare(
      "SELECT count FROM counters WHERE area = 'webhooks' AND outcome = 'set_aside' AND bucket = 0",
    ).first<number>("count")) ?? 0;
  const before = await countOf();
  const nonsense = {
    ...messageOf({ type: "application.approved" }),
    body: new TextEncoder().encode('{"a":1}'),
  };
  const message = { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body: nonsense };
  const batchOf = () => createMessageBatch("revento-webhooks", [message]);
  const database = faultyD1(env.DB);
  Object.assign(database, { fault: "error after commit", only: "dead_letters" });
  await consume(
    testWorld({ env: { ...env, DB: database.binding } as Env, db: openDatabase(database.binding) }),
    batchOf(),
  );
  expect(database.struck).toBe(1);
  await consume(testWorld(), batchOf());
  expect((await countOf()) - before).toBe(1);
});
