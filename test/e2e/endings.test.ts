import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import {
  connectEvent,
  consent,
  DESKTOP,
  type EmulatedEvent,
  firstEvent,
  inspect,
  type Language,
  listParticipants,
  openContext,
  PHONE,
  type Size,
} from "./support/people.ts";
import { type Stack, startStack } from "./support/stack.ts";

interface Visitor {
  readonly language: Language;
  readonly size: Size;
  readonly organizer: BrowserContext;
  readonly guest: BrowserContext;
}

const VISITORS = [
  ["en", PHONE],
  ["en", DESKTOP],
  ["pl", PHONE],
  ["pl", DESKTOP],
] as const;

let stack: Stack;
let browser: Browser;
let event: EmulatedEvent;
let visitors: readonly Visitor[];

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ EMULATOR_SEED: "11" }), launchBrowser()]);
  event = await firstEvent(stack);
  visitors = await Promise.all(
    VISITORS.map(async ([language, size]) => ({
      language,
      size,
      organizer: await openContext(browser, language, size),
      guest: await openContext(browser, language, size),
    })),
  );
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const organization = (): string => `/organizations/${event.organization_id}`;
const statusOf = async (): Promise<unknown> => {
  const { body } = await stack.api("GET", `/api/connections/${event.id}/${event.organization_id}`);
  return (body as { status?: unknown } | null)?.status;
};

/** Every visitor looks at pages by name; each has to be what every page has to be, and to say why and what to do. */
async function lookAt(pages: Readonly<Record<string, string>>): Promise<void> {
  for (const { organizer, guest, language, size } of visitors) {
    const [own, theirs] = await Promise.all([organizer.newPage(), guest.newPage()]);
    for (const [name, path] of Object.entries(pages)) {
      const page = path.startsWith("/organizations") ? own : theirs;
      await page.goto(`${stack.workerUrl}${path}`);
      await inspect(page, `${name}-${language}-${size.name}`);
      expect((await page.locator("h1").textContent())?.trim(), name).not.toBe("");
    }
    await Promise.all([own.close(), theirs.close()]);
  }
}

test("a participant who declines is told what that means, and is not asked again by itself", async () => {
  const [person] = await listParticipants(stack, event.id);
  for (const { organizer, guest, language, size } of visitors) {
    const own = await organizer.newPage();
    await connectEvent(own, stack, event.id);
    const page = await guest.newPage();
    await page.goto(`${stack.workerUrl}/login?event_id=${event.id}`);
    await consent(page, person?.user_id, "cancel");
    await page.waitForURL(/\/login\/callback/);
    await inspect(page, `login-declined-${language}-${size.name}`);
    await page.goto(`${stack.workerUrl}/login?event_id=${event.id}`);
    await consent(page, person?.user_id);
    await page.waitForURL(/\/me\/events\//);
    await Promise.all([own.close(), page.close()]);
  }
});

test("a suspension shows on the organizer's and the participant's pages", async () => {
  await stack.control("POST", "/_emulator/actions/suspend", {});
  await expect.poll(statusOf, { timeout: 20_000 }).toBe("suspended");
  await lookAt({
    "dashboard-suspended": organization(),
    "reconnect-suspended": `${organization()}/events/${event.id}/reconnect`,
    "me-suspended": `/me/events/${event.id}`,
  });
});

test("an ended connection shows why and how to connect again, and no data to a participant", async () => {
  await stack.control("POST", "/_emulator/actions/disconnect", { event_id: event.id });
  await expect.poll(statusOf, { timeout: 20_000 }).toBe("ended");
  await lookAt({
    "dashboard-ended": organization(),
    "reconnect-ended": `${organization()}/events/${event.id}/reconnect`,
    "attendance-ended": `${organization()}/events/${event.id}/attendance`,
    "me-ended": `/me/events/${event.id}`,
    "me-signed-out": "/me",
    "door-closed": "/door/nobody",
  });
});
