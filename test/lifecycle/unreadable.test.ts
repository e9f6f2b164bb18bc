import { expect, test } from "vitest";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const world = testWorld({ env: withoutDelivery() });

test.each([
  [
    "a revocation that names nobody",
    { type: "user.revoked_access", data: {} },
    "no user.revoked_access snapshot",
  ],
  [
    "a revocation without an event",
    { type: "user.revoked_access", event_id: null, data: { user_id: "usr_1" } },
    "no event_id",
  ],
  [
    "a deletion without an event",
    { type: "data.deletion_required", event_id: null, data: {} },
    "no event_id or organization_id",
  ],
  [
    "a deletion without an organization",
    { type: "data.deletion_required", organization_id: null, data: {} },
    "no event_id or organization_id",
  ],
])("%s waits for the operator: what has to be forgotten is not known", async (_name, parts, reason) => {
  const id = `whk_${crypto.randomUUID()}`;
  const { acked } = await consumeNow(
    [messageOf({ id, event_id: "evt_unread", organization_id: "org_unread", ...parts })],
    world,
  );
  expect(acked).toHaveLength(1);
  expect(await rowsOf("SELECT outcome FROM deliveries WHERE body_id = ?", id)).toEqual([
    { outcome: "set_aside" },
  ]);
  const letters = await rowsOf<{ reason: string }>(
    "SELECT reason FROM dead_letters WHERE type = ? AND reason = ?",
    parts.type,
    reason,
  );
  expect(letters.length).toBeGreaterThan(0);
});
