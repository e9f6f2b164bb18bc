import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { attendanceObject } from "../../src/attendance/announce.ts";
import { AttendanceObject } from "../../src/attendance/attendance-object.ts";
import { attendancePath, recordCheckIn } from "../../src/attendance/index.ts";
import { createBrowser, ORIGIN } from "../support/browser.ts";
import { seedEvent, testWorld } from "../support/event.ts";
import { signInOrganizer } from "../support/session.ts";
import { consumeNow, heldQueue, messageOf } from "../support/webhooks.ts";

const world = testWorld();
/** Its handlers are woken by nobody: a queue that is still delivering would outlive the test. */
const quiet = testWorld({ env: { ...env, HANDLERS: heldQueue() } });
const people = Array.from({ length: 50 }, (_, index) => ({ id: `ptp_${index}` }));

test("a burst of questions counts the event once, and a second later once more", async () => {
  const event = await seedEvent(people);
  const counted = await runInDurableObject(attendanceObject(world, event), async (object) => {
    const prepare = vi.spyOn(Reflect.get(object, "env").DB, "prepare");
    await Promise.all(people.map(() => object.numbers(event.id)));
    const inBurst = prepare.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 1050));
    await object.numbers(event.id);
    return [inBurst, prepare.mock.calls.length];
  });
  expect(counted).toEqual([1, 2]);
});

test("a count that D1 never answers is given up, and the next question counts anew", async () => {
  const event = await seedEvent(people);
  const answers = await runInDurableObject(attendanceObject(world, event), async (object) => {
    const database = Reflect.get(object, "env").DB as D1Database;
    const hanging = { bind: () => ({ first: () => new Promise(() => {}) }) };
    vi.spyOn(database, "prepare").mockReturnValueOnce(hanging as unknown as D1PreparedStatement);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const hung = object.numbers(event.id).catch((error: unknown) => String(error));
      await vi.advanceTimersByTimeAsync(10_000);
      return [await hung, (await object.numbers(event.id)).registered];
    } finally {
      vi.useRealTimers();
      vi.restoreAllMocks();
    }
  });
  expect(answers).toEqual([expect.stringContaining("TimedOut"), expect.any(Number)]);
});

test("a screen opened right after an arrival that nobody watched is told of it", async () => {
  const event = await seedEvent(people);
  const organizer = createBrowser();
  await signInOrganizer(organizer, event.organizationId);
  await attendanceObject(world, event).numbers(event.id);
  await recordCheckIn(world, event, { participantId: "ptp_1", by: "door" });
  const response = await organizer.get(`${attendancePath(event)}/live`, {
    upgrade: "websocket",
    origin: ORIGIN,
  });
  const heard: number[] = [];
  response.webSocket?.accept();
  response.webSocket?.addEventListener("message", ({ data }) => {
    heard.push((JSON.parse(String(data)) as { checkedIn: number }).checkedIn);
  });
  await expect.poll(() => heard.at(-1), { timeout: 2000 }).toBe(1);
});

test("a screen follows what comes by webhook: the event is announced once a batch, and not for its program", async () => {
  const event = await seedEvent(people);
  const of = { event_id: event.eventId, organization_id: event.organizationId };
  const organizer = createBrowser();
  await signInOrganizer(organizer, event.organizationId);
  const { webSocket } = await organizer.get(`${attendancePath(event)}/live`, {
    upgrade: "websocket",
    origin: ORIGIN,
  });
  const heard: number[] = [];
  webSocket?.accept();
  webSocket?.addEventListener("message", ({ data }) => {
    heard.push((JSON.parse(String(data)) as { participants: number }).participants);
  });
  const announced = vi.spyOn(AttendanceObject.prototype, "changed");
  const approvals = [1, 2, 3].map((index) =>
    messageOf({
      type: "application.approved",
      ...of,
      data: { id: `app_${index}`, participant_id: `ptp_new_${index}`, user_id: "usr_1", status: "approved" },
    }),
  );
  await consumeNow(approvals, quiet);
  await expect.poll(() => heard.at(-1), { timeout: 2000 }).toBe(53);
  expect(announced).toHaveBeenCalledTimes(1);
  await consumeNow(
    [messageOf({ type: "activity.updated", ...of, data: { id: "act_1", title: "A" } })],
    quiet,
  );
  expect(announced).toHaveBeenCalledTimes(1);
  announced.mockRestore();
});

test("the answer to a door's taps tells of its own people; what other doors did comes with the changes", async () => {
  const event = await seedEvent(people);
  await recordCheckIn(world, event, { participantId: "ptp_9", by: "door" });
  const organizer = createBrowser();
  await signInOrganizer(organizer, event.organizationId);
  const page = await (await organizer.post(`${attendancePath(event)}/doors`, { label: "A" })).text();
  const door = /\/door\/[\w-]{43}/.exec(page)?.[0] ?? "";
  const answer = await exports.default.fetch(`${ORIGIN}${door}/check-ins`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ actions: [{ do: "check_in", participant_id: "ptp_1", age_ms: 0 }] }),
  });
  const body = await answer.json<{ changes: { id: string }[] }>();
  expect(body.changes.map(({ id }) => id)).toEqual(["ptp_1"]);
  expect(body).not.toHaveProperty("now");
  const news = await exports.default.fetch(`${ORIGIN}${door}/changes.json?since=${Date.now() - 1000}`);
  const { changes } = await news.json<{ changes: { id: string }[] }>();
  expect(changes.map(({ id }) => id).sort()).toEqual(["ptp_1", "ptp_9"]);
});
