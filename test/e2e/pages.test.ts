import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, shoot } from "./support/browser.ts";
import {
  connectEvent,
  consent,
  DESKTOP,
  type EmulatedEvent,
  firstEvent,
  inspect,
  type Language,
  listParticipants,
  makeDoorOf,
  openContext,
  PHONE,
} from "./support/people.ts";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let browser: Browser;
let event: EmulatedEvent;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ EMULATOR_SEED: "7" }), launchBrowser()]);
  event = await firstEvent(stack);
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const WORDS = {
  en: {
    connected: "Connected",
    participants: "36 participants",
    arrived: "here since",
    hello: "Hello",
    declined: "Not connected",
    signedIn: "You are signed in",
  },
  pl: {
    connected: "Połączono",
    participants: "36 uczestników",
    arrived: "na miejscu od",
    hello: "Cześć",
    declined: "Nie połączono",
    signedIn: "Zalogowano",
  },
} as const;

const attendance = (): string =>
  `${stack.workerUrl}/organizations/${event.organization_id}/events/${event.id}/attendance`;

/** Waits until the whole event is mirrored. */
async function waitForData(page: Page, language: Language): Promise<void> {
  await page.waitForURL(/\/connected/);
  await page.getByText(WORDS[language].participants).waitFor({ timeout: 60_000 });
}

const makeDoor = (page: Page): Promise<string> => makeDoorOf(page, stack, event);

describe.each([
  ["en", PHONE],
  ["en", DESKTOP],
  ["pl", PHONE],
  ["pl", DESKTOP],
] as const)("in %s", (language, size) => {
  const words = WORDS[language];
  const name = (page: string): string => `${page}-${language}-${size.name}`;

  test(`${size.name}: an organizer connects, sees the data arrive, and finds the event`, async () => {
    const context = await openContext(browser, language, size);
    const page = await context.newPage();
    await page.goto(stack.workerUrl);
    await inspect(page, name("home"));
    await page.goto(`${stack.workerUrl}/connect`);
    await inspect(page, name("connect"));
    await connectEvent(page, stack, event.id);
    const title = await page.locator("h1").textContent();
    expect([words.connected, words.signedIn]).toContain(title);
    if (title === words.connected) await waitForData(page, language);
    await page.locator(".lead").getByText(event.title).waitFor();
    await inspect(page, name("connected"));
    await page.goto(`${stack.workerUrl}/organizations/${event.organization_id}`);
    await page.getByText(event.title).waitFor();
    await inspect(page, name("dashboard"));
    await context.close();
  });

  test(`${size.name}: declining is respected, and trying again is one press`, async () => {
    const context = await openContext(browser, language, size);
    const page = await context.newPage();
    await page.goto(`${stack.workerUrl}/connect?event_id=${event.id}`);
    await consent(page, undefined, "cancel");
    await page.getByRole("heading", { name: words.declined }).waitFor();
    await inspect(page, name("declined"));
    await page.waitForTimeout(1500);
    expect(page.url()).toContain("/connect/callback");
    await page.locator("a.button.big").click();
    await page.waitForURL(/oauth\/authorize/);
    await context.close();
  });

  test(`${size.name}: at the door people are found, checked in and taken back, and the wall follows`, async () => {
    const organizer = await openContext(browser, language, size);
    const page = await organizer.newPage();
    await connectEvent(page, stack, event.id);
    const door = await makeDoor(page);
    await inspect(page, name("attendance"));
    const [guest] = await listParticipants(stack, event.id);
    if (guest === undefined) throw new Error("nobody is approved");

    const wall = await organizer.newPage();
    await wall.goto(`${attendance()}/wall`);
    const before = Number(await wall.locator("#count").textContent());

    const staff = await openContext(browser, language, size);
    const desk = await staff.newPage();
    await desk.goto(door);
    await desk.fill("#q", guest.display_name.slice(0, 5).toUpperCase());
    const row = desk.locator(`.guest[data-id="${guest.id}"]`);
    await row.getByRole("button").click();
    await row.getByText(words.arrived).waitFor();
    const start = Date.now();
    await expect.poll(() => wall.locator("#count").textContent(), { timeout: 2500 }).toBe(String(before + 1));
    console.log(`the wall followed after ${Date.now() - start} ms`);
    const counted = () => desk.locator("#checked-in").textContent();
    await expect.poll(counted, { timeout: 2500 }).toBe(String(before + 1));
    await inspect(wall, name("wall"));
    await inspect(desk, name("door"));
    await row.getByRole("button").click();
    await expect.poll(() => wall.locator("#count").textContent(), { timeout: 2500 }).toBe(String(before));
    await staff.close();
    await organizer.close();
  });

  test(`${size.name}: a participant signs in and sees the day`, async () => {
    const context = await openContext(browser, language, size);
    const page = await context.newPage();
    await page.goto(`${stack.workerUrl}/me`);
    await inspect(page, name("sign-in"));
    const [person] = await listParticipants(stack, event.id);
    await page.goto(`${stack.workerUrl}/login?event_id=${event.id}`);
    await consent(page, person?.user_id);
    await page.waitForURL(/\/me\/events\//);
    await page.getByRole("heading", { name: words.hello }).waitFor();
    expect(await page.locator("h1").textContent()).toContain(person?.display_name);
    await inspect(page, name("me"));
    await context.close();
  });
});

test("a door goes on without a connection and sends what it queued, once, with its own times", async () => {
  const organizer = await openContext(browser, "en", PHONE);
  const page = await organizer.newPage();
  await connectEvent(page, stack, event.id);
  const door = await makeDoor(page);
  const guests = (await listParticipants(stack, event.id)).slice(0, 3);
  const staff = await openContext(browser, "en", PHONE);
  const desk = await staff.newPage();
  await Promise.all([desk.waitForResponse(/guests\.json/), desk.goto(door)]);
  await staff.setOffline(true);
  for (const guest of guests) {
    await desk.fill("#q", guest.id);
    await desk.locator(`.guest[data-id="${guest.id}"] button`).click();
    await desk.locator(`.guest[data-id="${guest.id}"] .badge.ok`).waitFor();
  }
  await desk.getByText("saved on this device: 3").waitFor();
  await shoot(desk, "door-offline-en-phone");
  await staff.setOffline(false);
  await expect.poll(() => desk.locator("#connection").textContent(), { timeout: 10_000 }).toBe("");
  for (const guest of guests) {
    const { body } = await stack.api(
      "GET",
      `/api/connections/${event.id}/${event.organization_id}/participants/${guest.id}`,
    );
    expect((body as { checked_in_at: string | null }).checked_in_at).not.toBeNull();
  }
  await staff.close();
  await organizer.close();
});

test("the door works by keyboard alone", async () => {
  const organizer = await openContext(browser, "en", DESKTOP);
  const page = await organizer.newPage();
  await connectEvent(page, stack, event.id);
  const door = await makeDoor(page);
  const guest = (await listParticipants(stack, event.id)).at(-1);
  await Promise.all([page.waitForResponse(/guests\.json/), page.goto(door)]);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip");
  await page.locator("#q").focus();
  await page.keyboard.type(guest?.id ?? "");
  await page.locator(".guest").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.locator(".guest .badge.ok").waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".guest .badge.ok").count()).toBe(0);
  await organizer.close();
});

test("a wall screen whose socket never opens goes on by asking", async () => {
  const organizer = await openContext(browser, "en", DESKTOP);
  const page = await organizer.newPage();
  await connectEvent(page, stack, event.id);
  const [guest] = await listParticipants(stack, event.id);
  const checkIns = `/api/connections/${event.id}/${event.organization_id}/check-ins`;
  // Whatever the doors above left of this guest is taken back.
  await stack.api("DELETE", `${checkIns}/${guest?.id}`);
  const wall = await organizer.newPage();
  let sockets = 0;
  await wall.routeWebSocket(/\/live$/, (socket) => {
    sockets += 1;
    return socket.close({ code: 1011 });
  });
  await wall.goto(`${attendance()}/wall`);
  await expect.poll(() => sockets).toBeGreaterThan(0);
  const before = Number(await wall.locator("#count").textContent());
  const was = await stack.api("POST", checkIns, { participant_id: guest?.id });
  expect(was.body).toMatchObject({ is_new: true });
  await expect.poll(() => wall.locator("#count").textContent(), { timeout: 25_000 }).toBe(String(before + 1));
  await stack.api("DELETE", `${checkIns}/${guest?.id}`);
  await organizer.close();
});

test("everything but the live parts works without scripts", async () => {
  const context = await openContext(browser, "pl", PHONE, { javaScriptEnabled: false });
  const page = await context.newPage();
  await connectEvent(page, stack, event.id);
  const door = await makeDoor(page);
  const [guest] = await listParticipants(stack, event.id);
  await page.goto(door);
  await page.fill("#q", guest?.id ?? "");
  await page.keyboard.press("Enter");
  const button = page.locator(".guest button");
  const was = await button.getAttribute("value");
  await button.click();
  await expect.poll(() => page.locator(".guest button").getAttribute("value")).not.toBe(was);
  await page.locator(".guest button").click();
  await context.close();
});

/** What a page loads in a browser that has nothing of it yet, unpacked, in bytes. */
async function firstLoad(url: string, storageState?: Awaited<ReturnType<BrowserContext["storageState"]>>) {
  const more = storageState === undefined ? {} : { storageState };
  const context = await openContext(browser, "en", PHONE, more);
  const page = await context.newPage();
  let bytes = 0;
  page.on("response", (response) => {
    response.body().then(
      (body) => {
        bytes += body.length;
      },
      () => undefined,
    );
  });
  const answer = await page.goto(url, { waitUntil: "load" });
  // Live pages never fall silent: what belongs to the first load has begun by now.
  await page.waitForTimeout(500);
  console.log(`${new URL(url).pathname}: ${bytes} B unpacked on the first load`);
  expect(answer?.status()).toBe(200);
  await context.close();
  return bytes;
}

test.each(["/", "/connect", "/login"])("%s is under 60 KB on the first load", async (path) => {
  expect(await firstLoad(`${stack.workerUrl}${path}`)).toBeLessThan(60_000);
});

test("an organizer's pages and a door are under 60 KB on the first load", async () => {
  const organizer = await openContext(browser, "en", PHONE);
  const page = await organizer.newPage();
  await connectEvent(page, stack, event.id);
  const door = await makeDoor(page);
  const state = await organizer.storageState();
  const dashboard = `${stack.workerUrl}/organizations/${event.organization_id}`;
  for (const url of [dashboard, attendance(), `${attendance()}/wall`, door]) {
    expect(await firstLoad(url, state), url).toBeLessThan(60_000);
  }
  await organizer.close();
});

test("a participant's page is under 60 KB on the first load", async () => {
  const context = await openContext(browser, "en", PHONE);
  const page = await context.newPage();
  const [person] = await listParticipants(stack, event.id);
  await page.goto(`${stack.workerUrl}/login?event_id=${event.id}`);
  await consent(page, person?.user_id);
  await page.waitForURL(/\/me\/events\//);
  expect(await firstLoad(page.url(), await context.storageState())).toBeLessThan(60_000);
  await context.close();
});
