import { expect, test } from "vitest";
import { countAttendance, recordCheckIn, takeBackCheckIn } from "../../src/attendance/index.ts";
import { endConnection } from "../../src/connections/index.ts";
import { seedEvent, testWorld } from "../support/event.ts";

const world = testWorld();
const checkIn = (connection: Awaited<ReturnType<typeof seedEvent>>, participantId: string, at?: number) =>
  recordCheckIn(world, connection, { participantId, at, by: "door" });

test("a second check-in changes nothing and says so", async () => {
  const connection = await seedEvent([{ id: "ptp_1" }]);
  expect(await checkIn(connection, "ptp_1", 5_000)).toMatchObject({
    ok: true,
    value: { at: 5_000, isNew: true },
  });
  expect(await checkIn(connection, "ptp_1", 6_000)).toMatchObject({ value: { at: 5_000, isNew: false } });
  expect(await countAttendance(world, connection.id)).toMatchObject({
    checkedIn: 1,
    registered: 1,
    conflicts: 0,
  });
});

test("two doors at once record one arrival", async () => {
  const connection = await seedEvent([{ id: "ptp_1" }]);
  const both = await Promise.all([checkIn(connection, "ptp_1", 5_000), checkIn(connection, "ptp_1", 5_000)]);
  expect(both.filter((result) => result.ok && result.value.isNew)).toHaveLength(1);
});

test("the earliest arrival stays, in whichever order the doors report", async () => {
  const connection = await seedEvent([{ id: "ptp_1" }]);
  await checkIn(connection, "ptp_1", 9_000);
  expect(await checkIn(connection, "ptp_1", 7_000)).toMatchObject({ value: { at: 7_000, isNew: false } });
});

test("taking back, then a late message of the earlier tap, stays taken back; coming again counts", async () => {
  const connection = await seedEvent([{ id: "ptp_1" }]);
  await checkIn(connection, "ptp_1", 5_000);
  expect(await takeBackCheckIn(world, connection, { participantId: "ptp_1", at: 6_000 })).toMatchObject({
    value: { at: null, isNew: true },
  });
  expect(await checkIn(connection, "ptp_1", 5_500)).toMatchObject({ value: { at: null, isNew: false } });
  expect(await checkIn(connection, "ptp_1", 8_000)).toMatchObject({ value: { at: 8_000, isNew: true } });
});

test("an arrival in the future is now", async () => {
  const connection = await seedEvent([{ id: "ptp_1" }]);
  const result = await checkIn(connection, "ptp_1", Date.now() + 86_400_000);
  expect(result.ok && result.value.at !== null && result.value.at <= Date.now()).toBe(true);
});

test("who cancelled or was not approved is flagged, checked in all the same, and counted as a conflict", async () => {
  const connection = await seedEvent([
    { id: "ptp_1", state: "cancelled" },
    { id: "ptp_2", status: "pending", registeredAt: null },
  ]);
  expect(await checkIn(connection, "ptp_1")).toMatchObject({ value: { flag: "cancelled", isNew: true } });
  expect(await checkIn(connection, "ptp_2")).toMatchObject({ value: { flag: "not_approved", isNew: true } });
  expect(await countAttendance(world, connection.id)).toMatchObject({
    checkedIn: 2,
    conflicts: 2,
    cancelled: 1,
  });
});

test("no more people are here than are expected, whoever of them registered", async () => {
  const connection = await seedEvent([
    { id: "ptp_1" },
    { id: "ptp_2", registeredAt: null },
    { id: "ptp_3", state: "cancelled" },
    { id: "ptp_4", registeredAt: null },
  ]);
  for (const id of ["ptp_1", "ptp_2", "ptp_3"]) await checkIn(connection, id);
  expect(await countAttendance(world, connection.id)).toMatchObject({
    registered: 1,
    checkedIn: 3,
    expected: 3,
  });
});

test("nobody of another event can be checked in", async () => {
  const [mine] = await Promise.all([seedEvent([{ id: "ptp_1" }]), seedEvent([{ id: "ptp_other" }])]);
  expect(await checkIn(mine, "ptp_other")).toMatchObject({ ok: false, failure: { kind: "not_found" } });
});

test("a connection that has ended takes no arrivals", async () => {
  const connection = await seedEvent([{ id: "ptp_1" }]);
  await endConnection(world, { ...connection, reason: "organizer_revoked", at: 2_000 });
  expect(await checkIn(connection, "ptp_1")).toMatchObject({ ok: false, failure: { kind: "not_connected" } });
});
