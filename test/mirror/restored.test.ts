import { expect, test } from "vitest";
import { startSync } from "../../src/mirror/index.ts";
import { openPlain, pagesWorld } from "../support/pages.ts";
import { openPeople, person } from "../support/people.ts";
import { consumeNow, messageOf, rowsOf } from "../support/webhooks.ts";

type Event = Awaited<ReturnType<typeof openPeople>>;

/** People of whom one is cancelled, by two walks that ended some minutes ago. */
async function openCancelled() {
  const event = await openPeople(10);
  event.list.people.splice(3, 1);
  await event.reconcile();
  expect(await participantOf(event)).toMatchObject({ state: "cancelled" });
  event.clock.at += 300_000;
  return event;
}

const participantOf = async ({ connection }: Event) =>
  (
    await rowsOf<{ cancelled_at: number }>(
      "SELECT state, cancelled_at FROM participants WHERE connection_id = ? AND id = 'ptp_0003'",
      connection.id,
    )
  )[0];

const lastChangeOf = async (connectionId: string) =>
  (
    await rowsOf(
      "SELECT at, from_state, to_state, cause FROM state_changes WHERE connection_id = ? ORDER BY at DESC LIMIT 1",
      connectionId,
    )
  )[0];

const tell = (
  { connection, world }: Pick<Event, "connection" | "world">,
  type: string,
  at: number,
  data: unknown,
) => {
  const key = { event_id: connection.eventId, organization_id: connection.organizationId };
  return consumeNow([messageOf({ type, occurred_at: new Date(at).toISOString(), ...key, data })], world);
};

test.each([
  ["application.approved", { id: "app_3", participant_id: "ptp_0003", status: "approved" }],
  ["participant.profile_updated", person(3)],
  ["participant.registered", { ...person(3), registered_at: "2026-01-05T01:00:00.000Z" }],
])("who was cancelled is restored by a newer %s, with history", async (type, data) => {
  const event = await openCancelled();
  const at = event.clock.at;
  await tell(event, type, at, data);
  expect(await participantOf(event)).toEqual({ state: "present", cancelled_at: null });
  expect(await lastChangeOf(event.connection.id)).toEqual({
    at,
    from_state: "cancelled",
    to_state: "present",
    cause: "webhook",
  });
});

test("who was cancelled is not restored by a webhook from before the walk that missed them", async () => {
  const event = await openCancelled();
  const { cancelled_at } = (await participantOf(event)) ?? { cancelled_at: 0 };
  await tell(event, "participant.profile_updated", cancelled_at - 1, { ...person(3), display_name: "Late" });
  expect(await participantOf(event)).toEqual({ state: "cancelled", cancelled_at });
  expect(await lastChangeOf(event.connection.id)).toMatchObject({ to_state: "cancelled" });
});

test("a program part that was removed is restored by a newer webhook, with history", async () => {
  const clock = { at: Date.UTC(2026, 0, 5) };
  const rows = [{ id: "a", title: "Opening" }];
  const { world, step } = pagesWorld((resource) => {
    clock.at += 1_500;
    return resource === "activities" ? { rows: [...rows], date: clock.at } : null;
  }, clock);
  const connection = await openPlain(world, clock.at);
  for (const found of [rows.length, 0]) {
    rows.splice(found);
    clock.at += 60_000;
    await startSync(world, connection, "reconcile");
    while (await step());
  }
  const at = clock.at + 60_000;
  const stateOf = () =>
    rowsOf("SELECT state FROM resources WHERE connection_id = ? AND id = 'a'", connection.id);
  expect(await stateOf()).toEqual([{ state: "removed" }]);
  await tell({ connection, world }, "activity.updated", at, { id: "a", title: "Opening" });
  expect(await stateOf()).toEqual([{ state: "present" }]);
  expect(await lastChangeOf(connection.id)).toEqual({
    at,
    from_state: "removed",
    to_state: "present",
    cause: "webhook",
  });
});
