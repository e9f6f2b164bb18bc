import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { launchBrowser, shoot } from "./support/browser.ts";
import {
  connectedOrganizer,
  consent,
  type EmulatedEvent,
  type EmulatedParticipant,
  firstEvent,
  inspect,
  listParticipants,
  makeDoorOf,
  openContext,
  PHONE,
} from "./support/people.ts";
import { writeQrVideo } from "./support/qr-video.ts";
import { type Stack, startStack } from "./support/stack.ts";

let stack: Stack;
let browser: Browser;
let event: EmulatedEvent;
let organizer: Page;
let guests: readonly EmulatedParticipant[];

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ EMULATOR_SEED: "7" }), launchBrowser()]);
  event = await firstEvent(stack);
  organizer = await connectedOrganizer(browser, stack, event.id, PHONE);
  guests = await listParticipants(stack, event.id);
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const guestAt = (index: number): EmulatedParticipant => {
  const guest = guests[index];
  if (guest === undefined) throw new Error("too few are approved");
  return guest;
};

async function arrivalOf({ id }: EmulatedParticipant): Promise<string | null> {
  const path = `/api/connections/${event.id}/${event.organization_id}/participants/${id}`;
  return ((await stack.api("GET", path)).body as { checked_in_at: string | null }).checked_in_at;
}

/** A staff's phone at a door, as soon as the door is kept on it. */
async function openDoor(): Promise<Page> {
  const context = await openContext(browser, "en", PHONE);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(await makeDoorOf(organizer, stack, event));
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return page;
}

const keptPaths = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return lists.flat().map(({ url }) => new URL(url).pathname);
  });

test("a badge is scanned with the camera, with a decoder that only scanning loads", async () => {
  const directory = mkdtempSync(join(tmpdir(), "badge-"));
  const film = join(directory, "badge.y4m");
  const guest = guestAt(0);
  writeQrVideo(film, guest.id);
  const withCamera = await launchBrowser([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
  ]);
  onTestFinished(async () => {
    await withCamera.close();
    rmSync(directory, { recursive: true });
  });
  // Without the door's worker, which fetches the decoder ahead of a lost network.
  const context = await openContext(withCamera, "en", PHONE, { serviceWorkers: "block" });
  const page = await context.newPage();
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto(await makeDoorOf(organizer, stack, event), { waitUntil: "networkidle" });
  expect(loaded.filter((path) => /scan|vendor/.test(path))).toEqual([]);
  await page.getByRole("button", { name: "Scan a badge" }).click();
  await page.locator(`.guest[data-id="${guest.id}"] .badge.ok`).waitFor();
  await shoot(page, "door-scan-en-phone");
  await expect.poll(() => arrivalOf(guest)).not.toBeNull();
  const isNative = await page.evaluate(() => "BarcodeDetector" in window);
  if (!isNative) expect(loaded).toContain("/vendor/jsqr/jsQR.js");
  await page.getByRole("button", { name: "Stop scanning" }).click();
  expect(await page.locator("#camera").isVisible()).toBe(false);
});

test("a refused camera is said, and codes can still be typed", async () => {
  const context = await openContext(browser, "pl", PHONE);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(await makeDoorOf(organizer, stack, event));
  await page.getByRole("button", { name: "Zeskanuj identyfikator" }).click();
  await page.getByText("Nie udało się użyć aparatu.").waitFor();
  await shoot(page, "door-no-camera-pl-phone");
});

test("a door that is loaded again without a network finds people, and sends them once it is back", async () => {
  const page = await openDoor();
  const guest = guestAt(1);
  const taken: string[] = [];
  page.on("response", (response) => {
    if (response.request().method() === "POST" && response.ok())
      taken.push(response.request().postData() ?? "");
  });
  await page.context().setOffline(true);
  await page.reload();
  await page.fill("#q", guest.display_name);
  const row = page.locator(`.guest[data-id="${guest.id}"]`);
  await row.getByRole("button").click();
  await page.getByText("saved on this device: 1").waitFor();
  await page.reload();
  await page.getByText("saved on this device: 1").waitFor();
  await shoot(page, "door-reloaded-offline-en-phone");
  expect(await arrivalOf(guest)).toBeNull();
  await page.context().setOffline(false);
  await expect.poll(() => page.locator("#connection").textContent(), { timeout: 10_000 }).toBe("");
  const arrival = await arrivalOf(guest);
  expect(arrival).not.toBeNull();
  expect(taken.filter((body) => body.includes(guest.id))).toHaveLength(1);
});

test("without the list on the device, a code that is typed is taken and checked later", async () => {
  const page = await openDoor();
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const { url } of await cache.keys()) if (url.endsWith("guests.json")) await cache.delete(url);
    }
  });
  await page.context().setOffline(true);
  await page.reload();
  for (const code of [guestAt(2).id, "no-such-badge"]) {
    await page.fill("#q", code);
    await page.keyboard.press("Enter");
    await page.getByText(`✓ ${code}`).waitFor();
  }
  await page.context().setOffline(false);
  await page.getByText("Nobody has this badge code: no-such-badge").waitFor();
  expect(await arrivalOf(guestAt(2))).not.toBeNull();
});

test("a door keeps its own page and list alone, and a revoked one keeps nothing", async () => {
  const page = await openDoor();
  const door = new URL(page.url()).pathname;
  const others = (await keptPaths(page)).filter((path) => !/\.(js|css|svg)$/.test(path));
  expect(others.sort()).toEqual([door, `${door}/guests.json`]);
  // A tap that is not sent before the link is revoked.
  await page.context().setOffline(true);
  await page.fill("#q", guestAt(1).display_name);
  await page
    .locator(`.guest[data-id="${guestAt(1).id}"]`)
    .getByRole("button")
    .click();
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([`queue ${door}`]);
  await organizer.reload();
  await organizer.locator('form[action$="/revoke"] button').first().click();
  await organizer.waitForLoadState();
  for (let left = await organizer.locator('form[action$="/revoke"] button').count(); left > 0; left--)
    await organizer.locator('form[action$="/revoke"] button').first().click();
  await page.context().setOffline(false);
  await page.getByText("This link does not work any more.").waitFor({ timeout: 10_000 });
  await expect.poll(() => keptPaths(page)).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await page.context().setOffline(true);
  await expect(page.reload()).rejects.toThrow();
});

const HOSTILE = [
  "<script>document.title='broken'</script>",
  "<img src=x onerror=document.title='broken'>",
  "\u202Emirrored\u2066 \u05D0\u05D1\u05D2 \u{1F600}",
  "w".repeat(5000),
].join(" ");

test("names and answers with markup, RTL marks and 5,000 characters are text at the door and on /me", async () => {
  const guest = guestAt(3);
  await stack.control("POST", "/_emulator/actions/edit-profile", {
    event_id: event.id,
    participant_id: guest.id,
    display_name: HOSTILE,
    custom_form_fields: { dietary_notes: HOSTILE, [HOSTILE]: [HOSTILE, { deep: HOSTILE }] },
  });
  const context = await openContext(browser, "pl", PHONE);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(await makeDoorOf(organizer, stack, event));
  const shown = page.locator(`.guest[data-id="${guest.id}"] .name`);
  await expect
    .poll(
      async () => {
        await page.reload({ waitUntil: "networkidle" });
        await page.fill("#q", guest.id);
        return shown.textContent();
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe(HOSTILE);
  await inspect(page, "hostile-door-pl-phone");
  await page.goto(`${stack.workerUrl}/login?event_id=${event.id}`);
  await consent(page, guest.user_id);
  await page.waitForURL(/\/me\/events\//);
  await page.getByText("Twoje odpowiedzi w formularzu").click();
  expect(await page.locator("h1 bdi").textContent()).toBe(HOSTILE);
  expect(await page.locator("details .answer").allTextContents()).toContain(HOSTILE);
  expect(await page.title()).not.toContain("broken");
  expect(await page.locator("main script, main img").count()).toBe(0);
  await inspect(page, "hostile-me-pl-phone");
});
