import { exports } from "cloudflare:workers";
import { expect, inject, test } from "vitest";
import { attendancePath, countAttendance } from "../../src/attendance/index.ts";
import { createBrowser, ORIGIN } from "../support/browser.ts";
import { seedEvent, testWorld } from "../support/event.ts";
import { signInOrganizer } from "../support/session.ts";

const DOORS = 10;
/** `npm run soak` plays a whole event; a pull request a tenth of it. */
const ARRIVALS = inject("soak") ? 5000 : 500;
const SCREENS = inject("soak") ? 500 : 50;
/** The last guests of a door are those that the next one begins with. */
const SHARED = ARRIVALS / 100;

type Event = Awaited<ReturnType<typeof seedEvent>>;

async function crowd(count: number) {
  const event = await seedEvent(Array.from({ length: count }, (_, index) => ({ id: `ptp_${index}` })));
  const organizer = createBrowser();
  await signInOrganizer(organizer, event.organizationId);
  return { event, organizer };
}

async function makeDoors(organizer: ReturnType<typeof createBrowser>, event: Event): Promise<string[]> {
  const doors: string[] = [];
  for (let index = 0; index < DOORS; index += 1) {
    const page = await organizer.post(`${attendancePath(event)}/doors`, { label: `Door ${index}` });
    doors.push(/\/door\/[\w-]{43}/.exec(await page.text())?.[0] ?? "");
  }
  return doors;
}

/** A door's device: one tap after the other, each sent at once; every tenth is sent twice. */
async function work(door: string, guests: readonly string[]): Promise<number[]> {
  const durations: number[] = [];
  for (const [index, participant_id] of guests.entries()) {
    for (let sent = 0; sent <= (index % 10 === 0 ? 1 : 0); sent += 1) {
      const start = performance.now();
      const response = await exports.default.fetch(`${ORIGIN}${door}/check-ins`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ actions: [{ do: "check_in", participant_id, age_ms: 0 }] }),
      });
      await response.body?.cancel();
      durations.push(performance.now() - start);
      expect(response.status).toBe(200);
    }
  }
  return durations;
}

test(`${ARRIVALS} arrivals from 10 doors into one event: none is lost or doubled`, async () => {
  const { event, organizer } = await crowd(ARRIVALS);
  const doors = await makeDoors(organizer, event);
  const start = performance.now();
  const perDoor = await Promise.all(
    doors.map((door, index) =>
      // Each door takes its share, and some of its neighbour's too.
      work(
        door,
        Array.from(
          { length: ARRIVALS / DOORS + SHARED },
          (_, n) => `ptp_${(index * (ARRIVALS / DOORS) + n) % ARRIVALS}`,
        ),
      ),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  const durations = perDoor.flat().sort((a, b) => a - b);
  const at = (part: number) => Math.round(durations[Math.floor(durations.length * part)] ?? 0);
  console.log(
    `${durations.length} requests in ${seconds.toFixed(1)} s, median ${at(0.5)} ms, 99 % ${at(0.99)} ms`,
  );
  expect(await countAttendance(testWorld(), event.id)).toMatchObject({ checkedIn: ARRIVALS });
  const rows = await testWorld()
    .db.raw.prepare("SELECT count(*) AS n FROM check_ins WHERE connection_id = ?")
    .bind(event.id)
    .first("n");
  expect(rows).toBe(ARRIVALS);
  expect(seconds).toBeLessThan(600);
}, 600_000);

async function openScreen(organizer: ReturnType<typeof createBrowser>, event: Event, origin = ORIGIN) {
  return organizer.get(`${attendancePath(event)}/live`, { upgrade: "websocket", origin });
}

test(`${SCREENS} wall screens are told within two seconds, at most once a second`, async () => {
  const { event, organizer } = await crowd(40);
  const [door = ""] = await makeDoors(organizer, event);
  const heard: { screen: number; at: number; checkedIn: number }[] = [];
  for (let screen = 0; screen < SCREENS; screen += 1) {
    const socket = (await openScreen(organizer, event)).webSocket;
    if (socket === null) throw new Error("no socket");
    socket.accept();
    socket.addEventListener("message", ({ data }) => {
      const { checkedIn } = JSON.parse(String(data)) as { checkedIn: number };
      heard.push({ screen, at: performance.now(), checkedIn });
    });
  }
  await work(
    door,
    Array.from({ length: 40 }, (_, index) => `ptp_${index}`),
  );
  const done = performance.now();
  const isTold = () =>
    new Set(heard.filter(({ checkedIn }) => checkedIn === 40).map(({ screen }) => screen)).size;
  await expect.poll(isTold, { timeout: 5000, interval: 20 }).toBe(SCREENS);
  console.log(`${SCREENS} screens told ${Math.round(performance.now() - done)} ms after the last arrival`);
  expect(performance.now() - done).toBeLessThan(2000);
  const times = heard.filter(({ screen }) => screen === 0).map(({ at }) => at);
  for (const [index, at] of times.slice(2).entries())
    expect(at - (times[index + 1] ?? 0)).toBeGreaterThan(900);
}, 120_000);

test("a socket is refused to another site's page, and without a session", async () => {
  const { event, organizer } = await crowd(1);
  expect((await openScreen(organizer, event, "https://elsewhere.test")).status).toBe(403);
  expect((await openScreen(createBrowser(), event)).status).toBe(401);
});
