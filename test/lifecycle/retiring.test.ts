import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { manifest } from "../../src/manifest.ts";
import { type Browser, createBrowser } from "../support/browser.ts";
import { startEmulator, type TestEmulator } from "../support/emulator.ts";
import { seedEvent } from "../support/event.ts";
import { signInAsParticipant } from "../support/person.ts";
import { signInOrganizer } from "../support/session.ts";

const retire = (endsOn: string | null) =>
  Object.assign(manifest, { deprecation: endsOn === null ? null : { endsOn } });
const TOLD = [
  ["en", "1 March 2027"],
  ["pl", "1 marca 2027"],
] as const;
const isTold = async (browser: Browser, path: string, date: string): Promise<boolean> => {
  const response = await browser.get(path);
  expect(response.status, path).toBe(200);
  return (await response.text()).includes(date);
};

let emulator: TestEmulator;
beforeEach(() => {
  emulator = startEmulator({ seed: 77 });
});
afterEach(() => retire(null));

test.each(TOLD)("organizers are told the date on every page of theirs (%s)", async (language, date) => {
  const organizationId = `org_retiring_${language}`;
  const eventId = `evt_retiring_${language}`;
  retire("2027-03-01");
  await seedEvent([], { organizationId, eventId });
  const browser = createBrowser(language);
  await signInOrganizer(browser, organizationId);
  const event = `/organizations/${organizationId}/events/${eventId}`;
  const pages = ["/", "/connect", `/organizations/${organizationId}`, `${event}/reconnect`];
  for (const path of [...pages, `${event}/connected`, `${event}/attendance`]) {
    expect(await isTold(browser, path, date), path).toBe(true);
  }
  expect(await isTold(browser, `${event}/attendance/wall`, date), "a screen for the whole room").toBe(false);
  retire(null);
  for (const path of pages) expect(await isTold(browser, path, date), path).toBe(false);
});

test.each(TOLD)("participants are told the date on their page (%s)", async (language, date) => {
  await emulator.connect();
  retire("2027-03-01");
  const browser = createBrowser(language);
  await signInAsParticipant(emulator, browser);
  expect(await isTold(browser, "/me", date)).toBe(true);
  retire(null);
  expect(await isTold(browser, "/me", date)).toBe(false);
});

test("inside the Revento app, where there is no header, they are told as well", async () => {
  await emulator.connect();
  retire("2027-03-01");
  const browser = createBrowser("en", { "sec-fetch-dest": "iframe" });
  await signInAsParticipant(emulator, browser);
  expect(await isTold(browser, "/me", "1 March 2027")).toBe(true);
});

test.each(["America/Los_Angeles", "Pacific/Auckland"])(
  "the day is the same to a reader in %s",
  async (zone) => {
    retire("2027-03-01");
    for (const path of ["/connect", "/connect?event_id=evt_never_connected"]) {
      const request = new Request(`https://integration.test${path}`, {
        headers: { accept: "text/html", "accept-language": "en" },
        cf: { timezone: zone },
      });
      expect(await (await createApp().fetch(request, env)).text(), path).toContain("until 1 March 2027");
    }
  },
);
