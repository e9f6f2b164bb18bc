import { expect, test } from "vitest";
import { attendancePath, recordCheckIn } from "../../src/attendance/index.ts";
import { type Browser, createBrowser, ORIGIN } from "../support/browser.ts";
import { seedEvent, testWorld } from "../support/event.ts";
import { signInOrganizer } from "../support/session.ts";
import { testSettings } from "../support/settings.ts";

type Event = Awaited<ReturnType<typeof seedEvent>>;
const people = [
  { id: "ptp_1", name: "Łukasz Żółć" },
  { id: "ptp_2", name: "Anna Nowak" },
];

async function organizerOf(event: Event, language = "en"): Promise<Browser> {
  const browser = createBrowser(language);
  await signInOrganizer(browser, event.organizationId);
  return browser;
}

/** Makes a door link as an organizer does, and answers with its path. */
async function makeDoor(browser: Browser, event: Event, label = "Main entrance"): Promise<string> {
  const text = await (await browser.post(`${attendancePath(event)}/doors`, { label })).text();
  const path = /\/door\/[\w-]{43}/.exec(text)?.[0];
  if (path === undefined) throw new Error("the page shows no door link");
  return path;
}

test("an organizer sees the numbers, in both languages", async () => {
  const event = await seedEvent(people);
  await recordCheckIn(testWorld(), event, { participantId: "ptp_1", by: "door" });
  expect(await (await (await organizerOf(event)).get(attendancePath(event))).text()).toContain("checked in");
  const polish = await (await (await organizerOf(event, "pl")).get(attendancePath(event))).text();
  expect(polish).toContain("Kto już jest na miejscu");
});

test("nobody sees it without a session, nor with another organization's", async () => {
  const [mine, other] = [await seedEvent(people), await seedEvent()];
  for (const browser of [createBrowser(), await organizerOf(other)]) {
    for (const path of ["", "/wall", "/guests.json", "/changes.json", "/live", ".csv"]) {
      const response = await browser.get(`${attendancePath(mine)}${path}`);
      expect(response.status, path).toBe(401);
      expect(await response.text()).not.toContain("Anna");
    }
    expect((await browser.post(`${attendancePath(mine)}/doors`, { label: "x" })).status).toBe(401);
  }
});

test("an operator sees it signed in, and with the token as a bearer, and with no other token", async () => {
  const event = await seedEvent(people);
  const { OPERATOR_TOKEN } = testSettings;
  const signedIn = createBrowser();
  await signedIn.post("/ops/sign-in", { token: OPERATOR_TOKEN });
  const withToken = createBrowser("en", { authorization: `Bearer ${OPERATOR_TOKEN}` });
  for (const browser of [signedIn, withToken]) {
    expect((await browser.get(attendancePath(event))).status).toBe(200);
    expect(await (await browser.get(`${attendancePath(event)}/guests.json`)).text()).toContain("Anna");
  }
  const stranger = createBrowser("en", { authorization: "Bearer of-somebody-else" });
  expect((await stranger.get(attendancePath(event))).status).toBe(401);
});

test("an organizer cannot reach another organization's event through their own address", async () => {
  const [mine, other] = [await seedEvent(), await seedEvent(people)];
  const browser = await organizerOf(mine);
  const path = attendancePath({ organizationId: mine.organizationId, eventId: other.eventId });
  expect((await browser.get(path)).status).toBe(404);
});

test("a door finds people however they are typed, checks them in with one tap and takes it back", async () => {
  const event = await seedEvent(people);
  const door = createBrowser();
  const path = await makeDoor(await organizerOf(event), event);
  const found = await (await door.get(`${path}?q=zolc`)).text();
  expect(found).toContain("Łukasz Żółć");
  expect(found).not.toContain("Anna");
  const tapped = await door.post(`${path}/check-ins`, { participant_id: "ptp_1", do: "check_in", q: "zolc" });
  expect(tapped.headers.get("location")).toBe(`${path}?done=ptp_1&q=zolc`);
  expect(await (await door.get(`${path}?q=ptp_1`)).text()).toContain("badge ok");
  await door.post(`${path}/check-ins`, { participant_id: "ptp_1", do: "undo" });
  expect(await (await door.get(`${path}?q=ptp_1`)).text()).not.toContain("badge ok");
});

test.each([
  ["en", "Nobody here matches “zzz”.", "Shown: 20 of 25."],
  ["pl", "Nikt tutaj nie pasuje do „zzz”.", "Pokazano 20 z 25."],
])(
  "a search says that it found nobody, or that not everybody is shown (%s)",
  async (language, nobody, cut) => {
    const crowd = Array.from({ length: 25 }, (_, index) => ({ id: `ptp_${index}`, name: `Anna ${index}` }));
    const event = await seedEvent(crowd);
    const page = await organizerOf(event, language);
    const outcome = async (query: string) =>
      /id="outcome"[^>]*>([^<]*)</.exec(
        await (await page.get(`${attendancePath(event)}?q=${query}`)).text(),
      )?.[1];
    expect(await outcome("zzz")).toBe(nobody);
    expect(await outcome("anna")).toContain(cut);
    expect(await outcome("anna+24")).toBe("");
    expect(await outcome("")).toBe("");
  },
);

test.each([
  ["en", "not registered", "2 people who are here are not registered."],
  ["pl", "bez rejestracji", "2 osoby na miejscu nie mają rejestracji."],
])(
  "who is approved and has not registered is marked, and counted as expected once here (%s)",
  async (...words) => {
    const [language, mark, sum] = words;
    const event = await seedEvent([
      { id: "ptp_1", name: "Anna One", registeredAt: null },
      { id: "ptp_2", name: "Anna Two", registeredAt: null },
      { id: "ptp_3", name: "Anna Three", registeredAt: null, status: "pending" },
    ]);
    for (const participantId of ["ptp_1", "ptp_2"])
      await recordCheckIn(testWorld(), event, { participantId, by: "door" });
    const page = await organizerOf(event, language);
    const text = await (await page.get(`${attendancePath(event)}?q=anna`)).text();
    expect(text.split(`>${mark}</span>`)).toHaveLength(3);
    expect(text).toContain(sum);
    expect(text).toMatch(/id="checked-in">2<\/span> \/ *<span id="expected">2</);
    expect(await (await page.get(`${attendancePath(event)}/wall`)).text()).toContain('id="expected">2<');
  },
);

test("a door shows no e-mail address and opens no other page of the event", async () => {
  const event = await seedEvent(people);
  const path = await makeDoor(await organizerOf(event), event);
  const door = createBrowser();
  expect(await (await door.get(`${path}/guests.json`)).text()).not.toContain("@");
  expect((await door.get(attendancePath(event))).status).toBe(401);
});

test("a door's link checks in at its own event alone", async () => {
  const [mine, other] = [await seedEvent(people), await seedEvent([{ id: "ptp_other" }])];
  const path = await makeDoor(await organizerOf(mine), mine);
  const response = await createBrowser().post(`${path}/check-ins`, {
    participant_id: "ptp_other",
    do: "check_in",
  });
  expect(response.status).toBe(404);
  expect(other.id).not.toBe(mine.id);
});

test("a revoked link is closed at once, with a page that says what to do", async () => {
  const event = await seedEvent(people);
  const organizer = await organizerOf(event);
  const path = await makeDoor(organizer, event);
  const page = await (await organizer.get(attendancePath(event))).text();
  const revoke = /action="([^"]+\/revoke)"/.exec(page)?.[1] ?? "";
  expect((await organizer.post(revoke)).status).toBe(303);
  const response = await createBrowser("pl").get(path);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("Poproś organizatora");
  expect(
    (await createBrowser().post(`${path}/check-ins`, { participant_id: "ptp_1", do: "check_in" })).status,
  ).toBe(404);
});

test("what a device queued arrives later with its own times, once, even if it is sent twice", async () => {
  const event = await seedEvent(people);
  const path = await makeDoor(await organizerOf(event), event);
  const { exports } = await import("cloudflare:workers");
  const send = () =>
    exports.default.fetch(`${ORIGIN}${path}/check-ins`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        actions: [
          { do: "check_in", participant_id: "ptp_1", age_ms: 600_000 },
          { do: "check_in", participant_id: "ptp_gone", age_ms: 500_000 },
          { do: "check_in", participant_id: "ptp_2", age_ms: 0 },
        ],
      }),
    });
  const first = await (await send()).json<{ results: { at?: number; error?: string }[]; numbers: object }>();
  await send();
  expect(first.results[0]?.at).toBeLessThan(Date.now() - 590_000);
  expect(first.results[1]?.error).toBe("not_found");
  expect(first.numbers).toMatchObject({ checkedIn: 2 });
});

test("the export opens safely in a spreadsheet", async () => {
  const event = await seedEvent([{ id: "ptp_1", name: '=HYPERLINK("http://evil.test")' }, { id: "ptp_2" }]);
  await recordCheckIn(testWorld(), event, { participantId: "ptp_2", by: "door" });
  const response = await (await organizerOf(event)).get(`${attendancePath(event)}.csv`);
  const text = await response.text();
  expect(response.headers.get("content-disposition")).toContain("attachment");
  expect(text).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
  expect(text.trimEnd().split("\r\n")).toHaveLength(3);
});

test("a cancellation after check-in is shown as a conflict, and nothing is deleted", async () => {
  const event = await seedEvent(people);
  const world = testWorld();
  await recordCheckIn(world, event, { participantId: "ptp_2", by: "door" });
  await world.db.raw
    .prepare("UPDATE participants SET state = 'cancelled', cancelled_at = 1 WHERE id = 'ptp_2'")
    .run();
  const text = await (await (await organizerOf(event)).get(attendancePath(event))).text();
  expect(text).toContain("their registration changed afterwards");
  expect(text).toContain("<h2>Conflicts</h2>");
  expect(text).toContain("press “Undo”");
  expect(text).toContain("Anna Nowak");
});

test("hostile names show as text", async () => {
  const name = `<script>alert(1)</script>\u202Eevil\u{1F600}${"x".repeat(5000)}"'&`;
  const event = await seedEvent([{ id: "ptp_1", name }]);
  const text = await (await (await organizerOf(event)).get(`${attendancePath(event)}?q=evil`)).text();
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(text).not.toContain("<script>alert");
});
