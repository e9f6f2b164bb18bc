import { expect, test } from "vitest";
import { api } from "../support/api.ts";
import { openPlain } from "../support/pages.ts";
import { consumeNow, messageOf } from "../support/webhooks.ts";
import { testWorld, withoutDelivery } from "../support/world.ts";

const idsOf = (body: unknown, name: string): readonly unknown[] =>
  (body as { data: readonly Record<string, unknown>[] }).data.map((row) => row[name]);

test("an empty parameter is none: the lists are whole, from their beginning", async () => {
  const world = testWorld({ env: withoutDelivery() });
  const { eventId: event_id, organizationId: organization_id } = await openPlain(world, Date.now() - 60_000);
  const data = { id: "app_1", participant_id: "ptp_1", user_id: "usr_1", status: "approved" };
  await consumeNow([messageOf({ type: "application.approved", event_id, organization_id, data })], world);
  const connections = await api("GET", "/connections?organization_id=&event_id=&status=&cursor=");
  expect(connections.status).toBe(200);
  expect(idsOf(connections.body, "event_id")).toContain(event_id);
  const participants = await api(
    "GET",
    `/connections/${event_id}/${organization_id}/participants?application_status=&state=&q=&cursor=`,
  );
  expect(idsOf(participants.body, "id")).toEqual(["ptp_1"]);
  const deliveries = await api("GET", "/deliveries?status=&cursor=");
  expect(idsOf(deliveries.body, "event_id")).toContain(event_id);
  expect((await api("GET", "/dead-letters?queue=&reason=&cursor=")).status).toBe(200);
});
