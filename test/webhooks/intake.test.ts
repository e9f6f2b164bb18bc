import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/bindings.ts";
import { utf8 } from "../../src/lib/encoding.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { sweepSpills } from "../../src/webhooks/index.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { readBody } from "../../src/webhooks/read-body.ts";
import { testSettings } from "../support/settings.ts";
import { consumeNow, deliver, delivery, envelope, heldQueue, rowsOf, sign } from "../support/webhooks.ts";
import { testWorld } from "../support/world.ts";

const TYPE = "application.approved";
const body = JSON.stringify(envelope({ type: TYPE }));
const nowS = (offset = 0): string => String(Math.floor(Date.now() / 1000) + offset);

/** A world whose queue keeps what it gets, and whose database and objects fail whoever touches them. */
function strictWorld(parts: Partial<Env> = {}) {
  const forbidden = (what: string) =>
    new Proxy({} as never, {
      get: () => {
        throw new Error(`intake touched ${what}`);
      },
    });
  const queue = heldQueue<WebhookMessage>();
  const world = testWorld({
    env: { ...env, WEBHOOKS: queue, CONNECTION: forbidden("an object"), ...parts } as Env,
    db: { raw: forbidden("D1") },
  });
  return { world, sent: queue.sent };
}

test("a signed delivery is queued and acknowledged, without D1, objects or tokens", async () => {
  const { world, sent } = strictWorld();
  expect(await takeIn(world, await delivery(body))).toEqual({ status: 200, word: "accepted" });
  expect(sent).toHaveLength(1);
  expect(new TextDecoder().decode(sent[0]?.body)).toBe(body);
});

test("the whole route answers 200 through the Worker", async () => {
  const response = await deliver(body);
  expect([response.status, await response.json()]).toEqual([200, { status: "accepted" }]);
});

test("the previous secret still counts while it is rotated", async () => {
  const timestamp = nowS();
  const signature = await sign(body, timestamp, testSettings.REVENTO_WEBHOOK_SECRET_PREVIOUS);
  const headers = { "X-Revento-Timestamp": timestamp, "X-Revento-Signature": signature };
  expect((await takeIn(strictWorld().world, await delivery(body, headers))).status).toBe(200);
});

const REFUSED: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  "another secret": { "X-Revento-Signature": `sha256=${"ab".repeat(32)}` },
  "a signature too short": { "X-Revento-Signature": "sha256=abcd" },
  "a signature too long": { "X-Revento-Signature": `sha256=${"ab".repeat(40)}` },
  "an odd signature": { "X-Revento-Signature": "sha256=abc" },
  "a signature without its scheme": { "X-Revento-Signature": "ab".repeat(32) },
  "no signature": { "X-Revento-Signature": null },
  "no event": { "X-Revento-Event": null },
  "no delivery id": { "X-Revento-Delivery-Id": null },
  "an empty delivery id": { "X-Revento-Delivery-Id": "" },
  "an endless delivery id": { "X-Revento-Delivery-Id": "x".repeat(5_000) },
  "a timestamp in words": { "X-Revento-Timestamp": "now" },
  "a timestamp with a fraction": { "X-Revento-Timestamp": `${nowS()}.5` },
  "a stale timestamp": { "X-Revento-Timestamp": nowS(-302) },
  "a timestamp from the future": { "X-Revento-Timestamp": nowS(302) },
};
for (const [name, headers] of Object.entries(REFUSED)) {
  test(`401: ${name}`, async () => {
    const { world, sent } = strictWorld();
    expect((await takeIn(world, await delivery(body, headers))).status).toBe(401);
    expect(sent).toEqual([]);
  });
}

test("401: no timestamp, and a body that was changed after signing", async () => {
  const { world } = strictWorld();
  const without = await delivery(body);
  without.headers.delete("X-Revento-Timestamp");
  expect((await takeIn(world, without)).status).toBe(401);
  const signature = await sign(body, nowS());
  const changed = await delivery(body.replace("{", "{ "), {
    "X-Revento-Timestamp": nowS(),
    "X-Revento-Signature": signature,
  });
  expect((await takeIn(world, changed)).status).toBe(401);
});

for (const skewS of [-90, 90, -298, 298]) {
  test(`a clock ${skewS} s from ours is accepted`, async () => {
    const { world } = strictWorld();
    expect((await takeIn(world, await delivery(body, { "X-Revento-Timestamp": nowS(skewS) }))).status).toBe(
      200,
    );
  });
}

test("400: not JSON, not UTF-8, empty, or a type that the header does not name", async () => {
  const { world } = strictWorld();
  const status = async (...parts: Parameters<typeof delivery>) =>
    (await takeIn(world, await delivery(...parts))).status;
  expect(await status("{")).toBe(400);
  expect(await status("")).toBe(400);
  expect(await status(new Uint8Array([0x22, 0xff, 0x22]))).toBe(400);
  expect(await status(body, {}, "application.rejected")).toBe(400);
});

test("signed JSON that is no envelope is accepted, and set aside for the operator", async () => {
  for (const odd of [
    "[]",
    "1",
    '"text"',
    "null",
    "{}",
    '{"type":"application.approved"}',
    '{"type":7,"id":"x"}',
  ]) {
    const { world, sent } = strictWorld();
    expect((await takeIn(world, await delivery(odd))).status).toBe(200);
    const before = await rowsOf<{ n: number }>("SELECT count(*) n FROM dead_letters");
    expect((await consumeNow(sent, testWorld())).acked).toHaveLength(1);
    const after = await rowsOf<{ n: number }>("SELECT count(*) n FROM dead_letters");
    expect(after[0]?.n).toBe((before[0]?.n ?? 0) + 1);
  }
});

test("405 for other methods, with what is allowed", async () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const response = await exports.default.fetch("https://integration.test/webhooks/revento", { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, "POST"]);
    await response.body?.cancel();
  }
});

const FILLINGS: Readonly<Record<string, string>> = { ASCII: "a", quotes: '"', Polish: "ż", emoji: "🎉" };

/** A signed body of exactly so many bytes, filled with one kind of text. */
function bodyOf(bytes: number, filling: string): string {
  const around = JSON.stringify(envelope({ type: "unknown.size", data: { text: "" } }));
  const unit = JSON.stringify(filling).slice(1, -1);
  const room = bytes - utf8(around).length;
  const units = Math.floor(room / utf8(unit).length);
  const text = unit.repeat(units) + "a".repeat(room - units * utf8(unit).length);
  return around.replace('"text":""', `"text":"${text}"`);
}

for (const [name, filling] of Object.entries(FILLINGS)) {
  for (const bytes of [
    1_000, 63_000, 65_000, 117_999, 125_999, 126_001, 127_999, 128_001, 262_000, 1_048_576,
  ]) {
    test(`a body of ${bytes} bytes of ${name} is taken in, recorded, and leaves no spill`, async () => {
      const { DB: _, ...bindings } = env;
      const queue = heldQueue<WebhookMessage>();
      const world = testWorld({ env: { ...bindings, DB: env.DB, WEBHOOKS: queue } as unknown as Env });
      const text = bodyOf(bytes, filling);
      expect(utf8(text).length).toBe(bytes);
      expect((await takeIn(world, await delivery(text, {}, "unknown.size"))).status).toBe(200);
      expect((await consumeNow(queue.sent, world)).acked).toHaveLength(1);
      const { id } = JSON.parse(text) as { id: string };
      expect(await rowsOf("SELECT outcome FROM deliveries WHERE body_id = ?", id)).toEqual([
        { outcome: "ignored" },
      ]);
      expect(await rowsOf("SELECT count(*) n FROM spills")).toEqual([{ n: 0 }]);
    });
  }
}

test("the real queue takes what is not spilled", async () => {
  for (const bytes of [117_999, 125_999]) {
    const world = testWorld();
    const before = await rowsOf<{ n: number }>("SELECT count(*) n FROM spills");
    expect((await takeIn(world, await delivery(bodyOf(bytes, '"'), {}, "unknown.size"))).status).toBe(200);
    expect(await rowsOf("SELECT count(*) n FROM spills")).toEqual(before);
  }
});

test("413 one byte over the limit, announced or not", async () => {
  const { world } = strictWorld();
  const text = bodyOf(1_048_577, "a");
  expect((await takeIn(world, await delivery(text, {}, "unknown.size"))).status).toBe(413);
  const streamed = new Request(await delivery("x", {}, "unknown.size"), {
    body: new Blob([text]).stream(),
  });
  expect((await takeIn(world, streamed)).status).toBe(413);
});

test("a body that is a little too large is read to its end: whoever still sends hears the answer", async () => {
  let isRead = false;
  const start = (controller: ReadableStreamDefaultController): void => {
    controller.enqueue(utf8(bodyOf(1_048_577, "a")));
    controller.enqueue(utf8("more"));
  };
  const pull = (controller: ReadableStreamDefaultController): void => {
    isRead = true;
    controller.close();
  };
  for (const headers of [{}, { "Content-Length": "1048581" }]) {
    isRead = false;
    const body = new ReadableStream({ start, pull }, { highWaterMark: 0 });
    const read = await readBody(new Request("https://worker.test/", { method: "POST", body, headers }));
    expect([read, isRead]).toEqual([{ ok: false, why: "too_large" }, true]);
  }
});

test.each([null, "", "-1", "many", "1e3"])(
  "a body without a length (%s) is not read on and on",
  async (announced) => {
    let pulled = 0;
    const pull = (controller: ReadableByteStreamController): void => {
      pulled += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    };
    const body = new ReadableStream({ type: "bytes", pull });
    const headers: Record<string, string> = announced === null ? {} : { "Content-Length": announced };
    const read = await readBody(new Request("https://worker.test/", { method: "POST", body, headers }));
    expect(read).toEqual({ ok: false, why: "too_large" });
    expect(pulled).toBeLessThan(4 * 1_048_576 + 3 * 65_536);
  },
);

test("a length that was announced says nothing about a body that is read", async () => {
  const { world, sent } = strictWorld();
  const lying = async (text: string, length: string) => {
    const whole = await delivery(text, {}, "unknown.size");
    const body = new Blob([text]).stream();
    return new Request(whole, {
      body,
      headers: { ...Object.fromEntries(whole.headers), "Content-Length": length },
    });
  };
  const small = bodyOf(2_000, "a");
  for (const length of ["many", "-1", "1999", String(small.length), "1e3"])
    expect([length, (await takeIn(world, await lying(small, length))).status]).toEqual([length, 200]);
  expect(sent.map(({ body }) => body?.byteLength)).toEqual(Array(5).fill(small.length));
  for (const length of ["many", "-1", "5"])
    expect([length, (await takeIn(world, await lying(bodyOf(1_048_577, "a"), length))).status]).toEqual([
      length,
      413,
    ]);
  expect((await takeIn(world, await lying(small, "1048577"))).status).toBe(413);
});

test("a queue that refuses or hangs: the body is spilled, and the sweeper sends it", async () => {
  const hangs = { send: () => new Promise(() => {}) } as unknown as Env["WEBHOOKS"];
  const refuses = {
    send: () => Promise.reject(new Error("Unknown Internal Error (15000)")),
  } as unknown as Env["WEBHOOKS"];
  for (const WEBHOOKS of [hangs, refuses]) {
    const world = testWorld({ env: { ...env, WEBHOOKS } as Env });
    const text = JSON.stringify(envelope({ type: "unknown.spilled" }));
    expect((await takeIn(world, await delivery(text, {}, "unknown.spilled"))).status).toBe(200);
    const queue = heldQueue<WebhookMessage>();
    const later = testWorld({ env: { ...env, WEBHOOKS: queue } as Env, now: () => Date.now() + 3_600_000 });
    await sweepSpills(later);
    expect(queue.sent).toHaveLength(1);
    await consumeNow(queue.sent, testWorld());
    const { id } = JSON.parse(text) as { id: string };
    expect(await rowsOf("SELECT count(*) n FROM deliveries WHERE body_id = ?", id)).toEqual([{ n: 1 }]);
    expect(await rowsOf("SELECT count(*) n FROM spills")).toEqual([{ n: 0 }]);
  }
});

const refusedAfter = (ms: number) =>
  new Promise((_, reject) => setTimeout(() => reject(new Error("Unknown Internal Error (15000)")), ms));

test.each([
  ["refuses late, and D1 hangs", 503],
  ["refuses late, and takes no pointer either", 200],
])("an answer within about 3 s where the queue %s", async (_, status) => {
  let sends = 0;
  const send = () => (sends++ === 0 ? refusedAfter(1_900) : new Promise(() => {}));
  const given = { WEBHOOKS: { send } as unknown as Env["WEBHOOKS"] };
  const world = status === 503 ? strictWorld(given).world : testWorld({ env: { ...env, ...given } as Env });
  const startedAt = performance.now();
  expect((await takeIn(world, await delivery(body))).status).toBe(status);
  expect(performance.now() - startedAt).toBeLessThan(3_500);
});

test("503 within about 3 s when neither the queue nor D1 takes it", async () => {
  const WEBHOOKS = { send: () => new Promise(() => {}) } as unknown as Env["WEBHOOKS"];
  const world = strictWorld({ WEBHOOKS }).world;
  const startedAt = performance.now();
  expect((await takeIn(world, await delivery(body))).status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(3_500);
});
