import { expect, test } from "vitest";
import { type ConnectionReason, endConnection } from "../../src/connections/index.ts";
import { on } from "../../src/handling/index.ts";
import type { OutboxEntry } from "../../src/outbox/index.ts";
import { storeLetters } from "../../src/webhooks/dead-letters/index.ts";
import { replayDeadLetter } from "../../src/webhooks/index.ts";
import { connectEvent, happeningOf, testWorld, waitingRows } from "../support/handling.ts";
import { heldQueue } from "../support/webhooks.ts";

on("activity.updated", () => undefined, { name: "replayed" });

/** What waits after a letter of a connection was replayed that ended for a reason. */
async function replayAfter(reason: ConnectionReason | null) {
  const base = testWorld();
  const world = { ...base, env: { ...base.env, HANDLERS: heldQueue(), SYNC: heldQueue() } } as typeof base;
  const connection = await connectEvent(world);
  const happening = happeningOf(connection, "activity.updated", { id: "a" });
  const { connectionId, eventId, organizationId } = connection;
  const body: OutboxEntry = {
    connectionId,
    bodyId: happening.id,
    type: happening.type,
    resource: "activity:a",
    occurredAt: happening.occurredAt,
    targets: ["replayed"],
    payload: happening,
  };
  const letter = { id: crypto.randomUUID(), reason: "broken", type: happening.type, attempts: 1, body };
  const where = { queue: "revento-handlers", eventId, organizationId } as const;
  await world.db.raw.batch(await storeLetters(world, [{ ...letter, ...where }]));
  if (reason !== null) await endConnection(world, { ...connection, reason, at: world.now() });
  const outcome = await replayDeadLetter(world, letter.id, "operator");
  const rows = (await waitingRows(world, connectionId)).filter(({ target }) => target === "replayed");
  return { outcome, waiting: rows.length };
}

test("a replayed letter waits for its handler, also while the organizer has yet to connect again", async () => {
  expect(await replayAfter(null)).toEqual({ outcome: "replayed", waiting: 1 });
  expect(await replayAfter("invalid_grant")).toEqual({ outcome: "replayed", waiting: 1 });
});

test("after the end it is not handled any more", async () => {
  expect(await replayAfter("organizer_revoked")).toMatchObject({ waiting: 0 });
});
