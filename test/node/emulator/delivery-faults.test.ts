import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import type { FaultRequest } from "../../../emulator/index.ts";
import { connect, createWorld, participants, type Received, SECRET } from "./support/world.ts";

/** Approves some applications one after the other, under a fault, and returns what arrived. */
async function approveUnder(request: FaultRequest, count = 1, before = async () => {}) {
  const world = createWorld();
  await connect(world);
  const fault = world.emulator.faults.add(request);
  await before();
  const ids = participants(world, "pending").slice(0, count);
  for (const id of ids) world.emulator.actions.approve(world.eventId, id);
  await world.emulator.deliverDue();
  return { world, fault, ids, inbox: world.inbox };
}

function isSigned({ headers, text }: Received): boolean {
  const mac = createHmac("sha256", SECRET)
    .update(`${headers.get("x-revento-timestamp")}.${text}`)
    .digest("hex");
  return headers.get("x-revento-signature") === `sha256=${mac}`;
}

const deliveryIds = (inbox: Received[]) => inbox.map(({ headers }) => headers.get("x-revento-delivery-id"));
const subjects = (inbox: Received[]) => inbox.map(({ body }) => body.data.participant_id);

it("[faults.duplicate] a delivery comes twice, with the same delivery id", async () => {
  const { inbox } = await approveUnder({ kind: "duplicate", params: { times: 2 } });
  expect(inbox).toHaveLength(3);
  expect([new Set(deliveryIds(inbox)).size, new Set(inbox.map(({ text }) => text)).size]).toEqual([1, 1]);
});

it("[faults.duplicate-new-id] a delivery comes twice, with another delivery id and the same body", async () => {
  const { inbox } = await approveUnder({ kind: "duplicate_new_id" });
  expect([new Set(deliveryIds(inbox)).size, new Set(inbox.map(({ text }) => text)).size]).toEqual([2, 1]);
});

it("[faults.reorder] a delivery is overtaken by exactly n others", async () => {
  const { ids, inbox } = await approveUnder({ kind: "reorder", params: { by: 2 } }, 5);
  const [a, b, c, d, e] = ids;
  expect(subjects(inbox)).toEqual([b, c, a, d, e]);
});

it("[faults.reorder-wait] a delivery that nothing overtakes goes when its wait is over", async () => {
  const { world, inbox } = await approveUnder({ kind: "reorder", params: { by: 2, max_wait_ms: 9000 } });
  expect(inbox).toHaveLength(0);
  await world.emulator.clock.advance(9000);
  await world.emulator.deliverDue();
  expect(inbox).toHaveLength(1);
});

it("[faults.lose] a delivery is never sent, and one can come late", async () => {
  const lost = await approveUnder({ kind: "lose", match: { type: "application.*" } }, 2);
  expect(subjects(lost.inbox)).toEqual([lost.ids[1]]);
  const late = await approveUnder({ kind: "delivery_delay", params: { ms: 5000 } }, 2);
  await late.world.emulator.clock.advance(5000);
  await late.world.emulator.deliverDue();
  expect(subjects(late.inbox)).toEqual([late.ids[1], late.ids[0]]);
});

it("[faults.lost-delivery-answer] the endpoint's answer is lost, so the delivery comes again", async () => {
  const { world, inbox } = await approveUnder({ kind: "lost_answer" });
  await world.emulator.clock.advance(5000);
  await world.emulator.deliverDue();
  expect(new Set(deliveryIds(inbox)).size).toBe(1);
  expect(inbox).toHaveLength(2);
});

it("[faults.stale] a stale timestamp is signed correctly, and the retry is fresh", async () => {
  const { world, inbox } = await approveUnder({ kind: "stale_timestamp", params: { seconds: -301 } });
  const [received] = inbox;
  expect(Number(received?.headers.get("x-revento-timestamp"))).toBe(world.real.now / 1000 - 301);
  expect(received && isSigned(received)).toBe(true);
});

it("[faults.signature] a wrong signature, and a missing header", async () => {
  const wrong = await approveUnder({ kind: "wrong_signature" }, 2);
  expect(wrong.inbox.map(isSigned)).toEqual([false, true]);
  expect(wrong.inbox[0]?.headers.get("x-revento-signature")).toMatch(/^sha256=[\da-f]{64}$/);
  const missing = await approveUnder({ kind: "missing_header", params: { header: "X-Revento-Timestamp" } });
  expect(missing.inbox[0]?.headers.has("x-revento-timestamp")).toBe(false);
});

it("[faults.event-header] the header's event name differs from the signed body", async () => {
  const { inbox } = await approveUnder({ kind: "wrong_event_header" });
  expect(inbox[0]?.headers.get("x-revento-event")).toBe("event.updated");
  expect(inbox[0]?.body.type).toBe("application.approved");
});

it("[faults.unknown] unknown types and values, missing and null fields, all correctly signed", async () => {
  const cases: [FaultRequest, object][] = [
    [{ kind: "unknown_type" }, { type: "application.teleported" }],
    [{ kind: "delivery_unknown_enum" }, { data: { status: "something_new" } }],
    [{ kind: "delivery_null_fields" }, { data: { status: null } }],
    [{ kind: "delivery_missing_fields", params: { fields: ["status"] } }, {}],
  ];
  for (const [request, expected] of cases) {
    const { inbox } = await approveUnder(request);
    expect(inbox[0]?.body).toMatchObject(expected);
    expect(inbox.map(isSigned)).toEqual([true]);
    if (request.kind === "delivery_missing_fields") expect(inbox[0]?.body.data).not.toHaveProperty("status");
  }
});

it("[faults.big] a body over 128 KB, JSON nested 2,000 deep, broken JSON, half a body, all correctly signed", async () => {
  const big = await approveUnder({ kind: "delivery_oversized" });
  expect(Buffer.byteLength(big.inbox[0]?.text ?? "")).toBeGreaterThan(131_072);
  expect(big.inbox[0]?.body.type).toBe("application.approved");
  const deep = await approveUnder({ kind: "delivery_deep_json" });
  expect(deep.inbox[0]?.text.match(/\{"a":/g)).toHaveLength(2000);
  const broken = await approveUnder({ kind: "delivery_malformed_json" });
  const half = await approveUnder({ kind: "delivery_truncated" });
  for (const { inbox } of [broken, half])
    expect(() => JSON.parse(inbox[0]?.text ?? "{}")).toThrow(SyntaxError);
  for (const { inbox } of [big, deep, broken, half]) expect(inbox.map(isSigned)).toEqual([true]);
});

it("[faults.delivery-match] a fault strikes its type, its event and its try only", async () => {
  const { inbox, fault } = await approveUnder(
    { kind: "wrong_signature", match: { type: "event.*" }, count: null },
    2,
  );
  expect([inbox.map(isSigned), fault.struck]).toEqual([[true, true], 0]);
  const second = await approveUnder({ kind: "wrong_signature", match: { attempt: 2 } });
  expect(second.inbox.map(isSigned)).toEqual([true]);
});
