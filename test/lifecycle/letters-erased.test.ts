import { expect, test } from "vitest";
import { type Connection, findConnection } from "../../src/connections/index.ts";
import { utf8 } from "../../src/lib/encoding.ts";
import { eraseConnection, runErasureChunk } from "../../src/lifecycle/index.ts";
import type { WebhookMessage } from "../../src/messages.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, delivery, envelope, heldQueue, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const START = Date.UTC(2026, 10, 20);
const WORK = "revento-webhooks";
const DEAD = "revento-webhooks-dead";
const world = testWorld({ env: withoutDelivery() });

/** A body of a connection's people, with parts replaced. */
const bodyOf = ({ eventId, organizationId }: Connection, parts: Readonly<Record<string, unknown>>) => ({
  type: "application.approved",
  event_id: eventId,
  organization_id: organizationId,
  data: { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status: "approved" },
  ...parts,
});

/** Far deeper than what a stack of calls could follow. */
const DEEP = `{"form":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;

const messageFrom = (text: string): WebhookMessage => ({
  ...messageOf({ type: "application.approved" }),
  body: utf8(text),
});

/** Of a body with parts replaced, whatever they are. */
const odd = (parts: Readonly<Record<string, unknown>>) => (connection: Connection) =>
  messageFrom(JSON.stringify({ ...envelope(bodyOf(connection, {})), ...parts }));

/** Of a body whose `data` nests deeper than anybody reads. */
const deep = (connection: Connection) =>
  messageFrom(JSON.stringify(envelope(bodyOf(connection, { data: "deep" }))).replace('"deep"', DEEP));

async function erase({ id, eventId, organizationId }: Connection): Promise<void> {
  await eraseConnection(world, { eventId, organizationId }, "operator");
  await runErasureChunk(world, { kind: "erasure.chunk", connectionId: id, erasureId: id });
  expect((await findConnection(world, { eventId, organizationId }))?.erasedAt).not.toBeNull();
}

test.each([
  ["of a malformed time", WORK, odd({ occurred_at: "not a time" })],
  ["without an id", WORK, odd({ id: null })],
  ["that nests too deep", WORK, deep],
  ["of a malformed time, given up on", DEAD, odd({ occurred_at: 7 })],
  ["that nests too deep, given up on", DEAD, deep],
])("a letter of a body %s is erased with the connection that it names", async (_name, queue, messageFor) => {
  const [gone, other] = [await openPlain(world, START), await openPlain(world, START)];
  await consumeNow([messageFor(gone), messageFor(other)], world, queue);
  const letters = () => rowsOf("SELECT connection_id AS id FROM dead_letters WHERE queue = ?", WORK);
  expect(await letters()).toEqual(expect.arrayContaining([{ id: gone.id }, { id: other.id }]));
  await erase(gone);
  expect(await letters()).not.toContainEqual({ id: gone.id });
  expect(await letters()).toContainEqual({ id: other.id });
});

test("a spill of a malformed body is erased with the connection that it names", async () => {
  const [gone, other] = [await openPlain(world, START), await openPlain(world, START)];
  const spilling = { ...world, env: { ...world.env, WEBHOOKS: heldQueue<WebhookMessage>() } };
  for (const one of [gone, other]) {
    const body = JSON.stringify({ ...bodyOf(one, {}), occurred_at: null, note: "x".repeat(200_000) });
    expect((await takeIn(spilling, await delivery(body))).status).toBe(200);
  }
  await erase(gone);
  expect(await rowsOf("SELECT event_id FROM spills")).toEqual([{ event_id: other.eventId }]);
});

test("an id that could be no key names no owner", async () => {
  const connection = await openPlain(world, START);
  const message = odd({ occurred_at: null, event_id: { id: connection.eventId } })(connection);
  expect((await consumeNow([message], world)).acked).toHaveLength(1);
  expect(await rowsOf("SELECT event_id, organization_id FROM dead_letters WHERE event_id IS NULL")).toEqual([
    { event_id: null, organization_id: connection.organizationId },
  ]);
});
