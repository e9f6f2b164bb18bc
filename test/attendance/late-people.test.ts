import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { COUNT } from "../../src/attendance/counts.ts";
import { createDoorLink } from "../../src/attendance/door-links.ts";
import { countAttendance, recordCheckIn } from "../../src/attendance/index.ts";
import { createBrowser } from "../support/browser.ts";
import { seedEvent, testWorld } from "../support/event.ts";
import { consumeNow, heldQueue, messageOf } from "../support/webhooks.ts";

const world = testWorld();
const quiet = testWorld({ env: { ...env, HANDLERS: heldQueue() } });
type Event = Awaited<ReturnType<typeof seedEvent>>;

const versionOf = async ({ id }: Event): Promise<string> => (await countAttendance(world, id)).version;

const person = { participant_id: "ptp_1", user_id: "usr_1" };
const application = (status: string) => ({ ...person, id: "app_1", status });

const tell = (event: Event, type: string, data: object, seconds: number) =>
  consumeNow(
    [
      messageOf({
        type,
        data,
        event_id: event.eventId,
        organization_id: event.organizationId,
        occurred_at: new Date(Date.now() + seconds * 1000).toISOString(),
      }),
    ],
    quiet,
  );

test("the version of the people is another one whenever a desk would show somebody differently", async () => {
  const event = await seedEvent([{ id: "ptp_0" }]);
  const seen = [await versionOf(event)];
  const news = [
    ["application.submitted", application("pending")],
    ["application.approved", application("approved")],
    ["participant.registered", { ...person, id: "ptp_1", registered_at: new Date().toISOString() }],
    ["participant.profile_updated", { ...person, id: "ptp_1", display_name: "Anna Nowak" }],
    ["application.rejected", application("rejected")],
  ] as const;
  for (const [seconds, [type, data]] of news.entries()) {
    await tell(event, type, data, seconds);
    seen.push(await versionOf(event));
  }
  await world.db.raw
    .prepare("UPDATE participants SET state = 'cancelled', cancelled_at = 5 WHERE connection_id = ?")
    .bind(event.id)
    .run();
  seen.push(await versionOf(event));
  expect(new Set(seen).size).toBe(news.length + 2);
});

test("an arrival leaves the version as it is: a busy door loads nothing again", async () => {
  const event = await seedEvent([{ id: "ptp_0" }]);
  const before = await versionOf(event);
  await recordCheckIn(world, event, { participantId: "ptp_0", by: "door" });
  expect(await versionOf(event)).toBe(before);
});

test("a poll tells the version, and the list that was loaded before somebody came has an earlier one", async () => {
  const event = await seedEvent([{ id: "ptp_0" }]);
  const door = createBrowser();
  const path = `/door/${await createDoorLink(world, event.id, "A")}`;
  const versionAt = async (page: string) =>
    (await (await door.get(`${path}/${page}`)).json<{ numbers: { version: string } }>()).numbers.version;
  const loaded = await versionAt("guests.json");
  expect(await versionAt("changes.json?since=0")).toBe(loaded);
  await tell(event, "application.approved", application("approved"), 0);
  await expect.poll(() => versionAt("changes.json?since=0"), { timeout: 3000 }).not.toBe(loaded);
});

test("a version costs no row more than the numbers that it comes with, of 2,000 people", async () => {
  const event = await seedEvent(Array.from({ length: 2000 }, (_, index) => ({ id: `ptp_${index}` })));
  const { meta } = await env.DB.prepare(COUNT).bind(event.id).all();
  expect(meta.rows_read).toBeLessThanOrEqual(4000);
});
