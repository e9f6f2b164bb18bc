import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { launchBrowser, shoot } from "./support/browser.ts";
import {
  connectedOrganizer,
  consent,
  DESKTOP,
  type EmulatedEvent,
  type EmulatedParticipant,
  firstEvent,
  inspect,
  listParticipants,
  makeDoorOf,
  openContext,
  PHONE,
} from "./support/people.ts";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let browser: Browser;
let event: EmulatedEvent;
let organizer: Page;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ EMULATOR_SEED: "7" }), launchBrowser()]);
  event = await firstEvent(stack);
  organizer = await connectedOrganizer(browser, stack, event.id, DESKTOP);
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const act = (action: string, about: object = {}): Promise<unknown> =>
  stack.control("POST", `/_emulator/actions/${action}`, { event_id: event.id, ...about });

/** Somebody who applies only now. */
async function applyNow(): Promise<EmulatedParticipant> {
  const before = new Set((await listParticipants(stack, event.id, "pending")).map(({ id }) => id));
  await act("apply");
  const late = (await listParticipants(stack, event.id, "pending")).find(({ id }) => !before.has(id));
  if (late === undefined) throw new Error("nobody applied");
  return late;
}

/** A door's page, or the organizer's, with its list loaded. */
async function openDesk(kind: "door" | "organizer", language: "en" | "pl" = "en"): Promise<Page> {
  const door = await makeDoorOf(organizer, stack, event);
  if (kind === "organizer") {
    await organizer.goto(door.replace(/\/door\/.*/, attendance()), { waitUntil: "networkidle" });
    return organizer;
  }
  // Without the door's worker, so that a test can stand in for the network.
  const context = await openContext(browser, language, PHONE, { serviceWorkers: "block" });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(door, { waitUntil: "networkidle" });
  return page;
}

const attendance = (): string => `/organizations/${event.organization_id}/events/${event.id}/attendance`;
const rowOf = (page: Page, { id }: EmulatedParticipant) => page.locator(`.guest[data-id="${id}"]`);

test.each(["door", "organizer"] as const)(
  "who applies, is approved, registers or is rejected after a page was opened is shown so within ten seconds (%s)",
  async (kind) => {
    const page = await openDesk(kind);
    const late = await applyNow();
    const flag = rowOf(page, late).getByText("not approved");
    await page.fill("#q", late.id);
    await flag.waitFor({ timeout: 10_000 });
    await act("approve", { participant_id: late.id });
    await flag.waitFor({ state: "detached", timeout: 10_000 });
    await rowOf(page, late).getByText("not registered").waitFor();
    await inspect(page, `desk-not-registered-en-${kind}`);
    await act("register", { participant_id: late.id });
    await page.fill("#q", late.display_name);
    const unpaid = rowOf(page, late).getByText("not registered");
    await unpaid.waitFor({ state: "detached", timeout: 10_000 });
    await act("reject", { participant_id: late.id });
    await flag.waitFor({ timeout: 10_000 });
  },
);

test("a tap that waits on the device survives a new list, and is sent", async () => {
  const page = await openDesk("door");
  const [guest] = await listParticipants(stack, event.id);
  if (guest === undefined) throw new Error("nobody is approved");
  await page.route(/\/check-ins$/, (route) => route.abort());
  await page.fill("#q", guest.id);
  await rowOf(page, guest).getByRole("button").click();
  await page.getByText("saved on this device: 1").waitFor();
  const late = await applyNow();
  await page.fill("#q", late.id);
  await rowOf(page, late).waitFor({ timeout: 10_000 });
  await page.fill("#q", guest.id);
  await rowOf(page, guest).getByText("here since").waitFor({ timeout: 100 });
  await page.unroute(/\/check-ins$/);
  await expect.poll(() => page.locator("#connection").textContent(), { timeout: 10_000 }).toBe("");
  const path = `/api/connections/${event.id}/${event.organization_id}/participants/${guest.id}`;
  const { body } = await stack.api("GET", path);
  expect((body as { checked_in_at: string | null }).checked_in_at).not.toBeNull();
});

test.each([
  ["en", "Nobody here matches “nobody at all”.", /^Shown: 20 of \d\d\. Type more/],
  ["pl", "Nikt tutaj nie pasuje do „nobody at all”.", /^Pokazano 20 z \d\d\. Wpisz więcej/],
] as const)(
  "a search on the device says that it found nobody, or shows a part (%s)",
  async (language, nobody, cut) => {
    const page = await openDesk("door", language);
    const outcome = () => page.locator("#outcome").textContent();
    await page.fill("#q", "nobody at all");
    expect(await outcome()).toBe(nobody);
    await inspect(page, `desk-nobody-${language}-phone`);
    await page.fill("#q", "a");
    expect(await outcome()).toMatch(cut);
    await inspect(page, `desk-cut-${language}-phone`);
    await page.fill("#q", "");
    expect(await outcome()).toBe("");
    await page.goto(`${page.url()}?q=nobody`, { waitUntil: "networkidle" });
    const [guest] = await listParticipants(stack, event.id);
    await page.fill("#q", guest?.id ?? "");
    expect(await outcome()).toBe("");
  },
);

const LONG = `Długa nazwa ${"w".repeat(5000)} ${"słowo ".repeat(200)}koniec`;

test("a name of 6,000 characters takes a few lines, and is whole in its title", async () => {
  const [guest] = await listParticipants(stack, event.id);
  if (guest === undefined) throw new Error("nobody is approved");
  await act("edit-profile", { participant_id: guest.id, display_name: LONG });
  await act("update-event", { title: LONG });
  onTestFinished(async () => {
    await act("update-event", { title: event.title });
    await act("edit-profile", { participant_id: guest.id, display_name: guest.display_name });
  });
  const shown = async (page: Page, path: string, name: string) => {
    await page.goto(`${stack.workerUrl}${path}`, { waitUntil: "networkidle" });
    await inspect(page, `long-${name}`);
    const height = await page.evaluate(() => document.body.scrollHeight);
    expect(height, name).toBeLessThan(2.5 * (page.viewportSize()?.height ?? 0));
    return page.locator(`[title="${LONG}"]`).first();
  };
  const context = await openContext(browser, "pl", PHONE, { serviceWorkers: "block" });
  onTestFinished(() => context.close());
  const person = await context.newPage();
  const title = async () => {
    await organizer.goto(stack.workerUrl + attendance());
    return organizer.locator("h1 bdi").getAttribute("title");
  };
  await expect.poll(title, { timeout: 20_000 }).toBe(LONG);
  for (const path of ["", "/wall", "?q=nazwa"]) {
    await (await shown(organizer, attendance() + path, `attendance${path.replace(/\W/g, "-")}`)).waitFor();
  }
  await organizer.goto(`${stack.workerUrl}${attendance()}/wall`);
  const { y = 0 } = (await organizer.locator("#count").boundingBox()) ?? {};
  expect(y).toBeLessThan(400);
  await (await shown(organizer, `/organizations/${event.organization_id}`, "dashboard")).waitFor();
  await person.goto(`${stack.workerUrl}/login?event_id=${event.id}`);
  await consent(person, guest.user_id);
  await person.waitForURL(/\/me\/events\//);
  await (await shown(person, `/me/events/${event.id}`, "me")).waitFor();
  await (await shown(person, new URL(await makeDoorOf(organizer, stack, event)).pathname, "door")).waitFor();
  await person.goto(`${stack.workerUrl}/ops`);
  await person.getByLabel(/token/i).fill(stack.operatorToken);
  await person.getByRole("button", { name: /sign in/i }).click();
  await person.waitForLoadState("networkidle");
  const connection = `/ops/connections/${event.id}/${event.organization_id}`;
  await (await shown(person, `${connection}/participants?q=${guest.id}`, "ops")).waitFor();
}, 120_000);

test.each(["en", "pl"] as const)(
  "an own page on paper has all answers and days, and nothing to press (%s)",
  async (language) => {
    const [guest] = await listParticipants(stack, event.id);
    const context = await openContext(browser, language, DESKTOP);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${stack.workerUrl}/login?event_id=${event.id}`);
    await consent(page, guest?.user_id);
    await page.waitForURL(/\/me\/events\//);
    const folded = page.locator("details .activity, details .answer");
    const seen = () => folded.evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
    expect(await seen()).toBe(0);
    await page.emulateMedia({ media: "print" });
    await shoot(page, `me-print-${language}`);
    expect(await seen()).toBe(await folded.count());
    expect(await folded.count()).toBeGreaterThan(20);
    expect(await page.locator("button:visible, header:visible, footer:visible").count()).toBe(0);
  },
);

test("people who keep changing load the list of a large event again only now and then", async () => {
  const page = await openDesk("door");
  let loads = 0;
  await page.route(/\/guests\.json$/, async (route) => {
    loads += 1;
    const answer = await route.fetch();
    const list = (await answer.json()) as { guests: { id: string; name: string }[] };
    const crowd = Array.from({ length: 20_000 }, (_, index) => ({
      ...list.guests[0],
      id: `crowd_${index}`,
      name: `Guest ${index}`,
    }));
    await route.fulfill({ response: answer, json: { ...list, guests: [...list.guests, ...crowd] } });
  });
  await page.reload();
  await page.waitForTimeout(1000);
  for (let change = 0; change < 3; change += 1) {
    await applyNow();
    await page.waitForTimeout(5000);
  }
  expect(loads).toBe(1);
});

// The last one: the event is over afterwards.
test("a conflict says what to do, and an event that is over says why, in both languages", async () => {
  const guest = (await listParticipants(stack, event.id)).at(-1);
  if (guest === undefined) throw new Error("nobody is approved");
  const checkIns = `/api/connections/${event.id}/${event.organization_id}/check-ins`;
  await stack.api("POST", checkIns, { participant_id: guest.id });
  await act("reject", { participant_id: guest.id });
  const show = async (path: string, language: "en" | "pl") => {
    await organizer.goto(`${stack.workerUrl}${path}?lang=${language}`, { waitUntil: "networkidle" });
    return organizer.locator("main").textContent();
  };
  await expect
    .poll(() => show(attendance(), "en"), { timeout: 10_000 })
    .toContain("search for the person under “Check in” and press “Undo”");
  await inspect(organizer, "conflict-en-desktop");
  expect(await show(attendance(), "pl")).toContain("w części „Potwierdź wejście” i naciśnij „Cofnij”");
  await inspect(organizer, "conflict-pl-desktop");
  await act("archive-event");
  const dashboard = `/organizations/${event.organization_id}`;
  await expect.poll(() => show(dashboard, "en"), { timeout: 10_000 }).toContain("archived in Revento");
  await inspect(organizer, "over-en-desktop");
  expect(await show(dashboard, "pl")).toContain("zostało zarchiwizowane w Revento");
  await organizer.setViewportSize(PHONE);
  await inspect(organizer, "over-pl-phone");
});
