import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { seriousViolations } from "./accessibility.ts";
import { shoot } from "./browser.ts";
import type { Stack } from "./stack.ts";

export interface Size {
  readonly name: "phone" | "desktop";
  readonly width: number;
  readonly height: number;
}

export const PHONE: Size = { name: "phone", width: 390, height: 844 };
export const DESKTOP: Size = { name: "desktop", width: 1280, height: 900 };
export type Language = "en" | "pl";

export function openContext(
  browser: Browser,
  language: Language,
  { width, height, name }: Size,
  more: Parameters<Browser["newContext"]>[0] = {},
): Promise<BrowserContext> {
  const locale = language === "pl" ? "pl-PL" : "en-GB";
  return browser.newContext({ locale, viewport: { width, height }, hasTouch: name === "phone", ...more });
}

export interface EmulatedEvent {
  readonly id: string;
  readonly organization_id: string;
  readonly title: string;
}

export async function listEvents(stack: Stack): Promise<readonly EmulatedEvent[]> {
  const { data } = (await stack.control("GET", "/_emulator/state/events")) as { data: EmulatedEvent[] };
  return data;
}

/** The event that most stories are about. */
export async function firstEvent(stack: Stack): Promise<EmulatedEvent> {
  const [first] = await listEvents(stack);
  if (first === undefined) throw new Error("the emulator has no event");
  return first;
}

export interface EmulatedParticipant {
  readonly id: string;
  readonly user_id: string;
  readonly display_name: string;
  readonly application_status: string;
}

export async function listParticipants(
  stack: Stack,
  eventId: string,
  status = "approved",
): Promise<readonly EmulatedParticipant[]> {
  const path = `/_emulator/state/events/${eventId}/participants?status=${status}&limit=50`;
  const { data } = (await stack.control("GET", path)) as { data: EmulatedParticipant[] };
  return data;
}

/** On Revento's pages: signs in where asked, and decides. */
export async function consent(page: Page, account?: string, decision = "authorize"): Promise<void> {
  const choice = page
    .locator(account === undefined ? "button[name=account]" : `button[value="${account}"]`)
    .first();
  const decide = page.locator(`button[name=decision][value=${decision}]`);
  await choice.or(decide).first().waitFor();
  if (await choice.isVisible()) await choice.click();
  await decide.click();
}

/** From the start page to the connected page, as an organizer goes. */
export async function connectEvent(page: Page, stack: Stack, eventId: string): Promise<void> {
  await page.goto(`${stack.workerUrl}/connect`);
  await page.fill("#event_id", eventId);
  await page.locator("main form button").click();
  await consent(page);
  await page.waitForURL(/connect\/callback|\/connected/);
}

/** The page of an organizer whose event is connected, with everybody of the emulator's event in it. */
export async function connectedOrganizer(
  browser: Browser,
  stack: Stack,
  eventId: string,
  size: Size,
): Promise<Page> {
  const page = await (await openContext(browser, "en", size)).newPage();
  await connectEvent(page, stack, eventId);
  await page.getByText("36 participants").waitFor({ timeout: 60_000 });
  return page;
}

/** An organizer makes a door link, and hands it over. */
export async function makeDoorOf(page: Page, stack: Stack, event: EmulatedEvent): Promise<string> {
  await page.goto(`${stack.workerUrl}/organizations/${event.organization_id}/events/${event.id}/attendance`);
  await page.fill("#label", "Main entrance");
  await page.locator('form[action$="/doors"] button').click();
  return page.locator(".banner input").inputValue();
}

/** What every page has to be: accessible, never scrolling sideways, with a title; and a picture of it is kept. */
export async function inspect(page: Page, name: string): Promise<void> {
  await shoot(page, name);
  expect(await page.title(), name).not.toBe("");
  expect(await overflow(page), `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  expect(await seriousViolations(page), name).toEqual([]);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await overflow(page), `${name} scrolls sideways at 320 px`).toBeLessThanOrEqual(0);
  if (size !== null) await page.setViewportSize(size);
}

export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
