import { expect, test } from "vitest";
import { seedEvent } from "../support/event.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21) + seconds * 1000).toISOString();

const key = async () => {
  const { id, eventId, organizationId } = await seedEvent();
  return { id, event_id: eventId, organization_id: organizationId };
};

test("an approval of somebody not seen before makes the participant", async () => {
  const { id, ...of } = await key();
  const data = { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status: "approved" };
  const { acked } = await consumeNow([
    messageOf({ type: "application.approved", occurred_at: at(1), data, ...of }),
  ]);
  expect(acked).toHaveLength(1);
  const rows = await rowsOf(
    "SELECT id, user_id, application_status, application_id FROM participants WHERE connection_id = ?",
    id,
  );
  expect(rows).toEqual([
    { id: "ptp_1", user_id: "usr_1", application_status: "approved", application_id: "app_1" },
  ]);
  expect(await rowsOf("SELECT outcome, attempts FROM deliveries WHERE connection_id = ?", id)).toEqual([
    { outcome: "applied", attempts: 1 },
  ]);
});
