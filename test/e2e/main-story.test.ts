import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, shoot } from "./support/browser.ts";
import { type Stack, startStack } from "./support/stack.ts";

/**
 * The whole story, for real: an organizer connects an event, its participants arrive, an application is approved in
 * Revento's (emulated) console, and the product shows it a moment later.
 */
let stack: Stack;
let browser: Browser;
let page: Page;
let eventId: string;

interface EmulatedParticipant {
  readonly id: string;
  readonly application_status: string;
}

beforeAll(async () => {
  stack = await startStack();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: "en-GB" });
  const events = (await stack.control("GET", "/_emulator/state/events")) as { data: { id: string }[] };
  eventId = events.data[0]?.id ?? "";
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

test("an organizer connects an event, and its participants arrive", async () => {
  await page.goto(stack.workerUrl);
  await shoot(page, "story-1-home");
  await page.getByRole("link", { name: "Connect an event" }).click();
  await page.getByLabel(/Event number/).fill(eventId);
  await shoot(page, "story-2-connect");
  await page.getByRole("button", { name: /Revento/ }).click();
  await page.waitForURL((url) => url.origin === stack.emulatorUrl);
  await page.locator("form.accounts button[name=account]").first().click();
  await shoot(page, "story-3-consent");
  await page.locator("button[name=decision][value=authorize]").click();
  await page.waitForURL((url) => url.origin === stack.workerUrl);
  await shoot(page, "story-4-connected");
  await expect
    .poll(async () => await page.locator("#sync").textContent(), { timeout: 30_000, interval: 500 })
    .toMatch(/36 participants/);
  await shoot(page, "story-5-synced");
});

test("the operator sees the participants, and an approval in Revento a moment later", async () => {
  const pending = await firstPending();
  await page.goto(`${stack.workerUrl}/ops`);
  await page.getByLabel(/token/i).fill(stack.operatorToken);
  await page.getByRole("button", { name: /sign in/i }).click();
  const row = page.getByRole("row").filter({ hasText: pending });
  const participants = await openParticipants(pending);
  await expect.poll(async () => await row.textContent(), { timeout: 10_000 }).toMatch(/pending/i);
  await shoot(page, "story-6-ops-pending");

  const revento = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await revento.goto(`${stack.emulatorUrl}/events/${eventId}/participants?q=${pending}`);
  await revento
    .getByRole("row")
    .filter({ hasText: pending })
    .getByRole("button", { name: "Approve" })
    .click();
  await expect.poll(() => statusInMirror(pending), { timeout: 10_000, interval: 200 }).toBe("approved");
  await shoot(revento, "story-7-revento-approved");

  await page.goto(participants);
  await expect.poll(async () => await row.textContent(), { timeout: 10_000 }).toMatch(/approved/i);
  await shoot(page, "story-8-ops-approved");
});

test("the delivery is in Revento's log with our 200", async () => {
  const { data } = (await stack.control("GET", "/_emulator/deliveries")) as {
    data: {
      type: string;
      state?: string;
      status?: string;
      attempts: { answer?: { status: number } | null; status?: number }[];
    }[];
  };
  const approval = data.find(({ type }) => type === "application.approved");
  expect(JSON.stringify(approval)).toContain("200");
});

test("nothing secret stands in what both processes printed", () => {
  const printed = stack.output();
  expect(printed).not.toContain(stack.operatorToken);
  expect(printed).not.toMatch(/rev_(install|refresh|user|code)_/);
});

async function firstPending(): Promise<string> {
  const url = `/_emulator/state/events/${eventId}/participants?status=pending`;
  const { data } = (await stack.control("GET", url)) as { data: EmulatedParticipant[] };
  const id = data[0]?.id;
  if (id === undefined) throw new Error("the seed has no pending participant");
  return id;
}

async function openParticipants(id: string): Promise<string> {
  await page
    .getByRole("link", { name: /connections/i })
    .first()
    .click();
  await page.locator("tbody").getByRole("link").first().click();
  await page
    .getByRole("link", { name: /participants/i })
    .first()
    .click();
  const address = new URL(page.url());
  address.searchParams.set("q", id);
  await page.goto(address.href);
  return address.href;
}

async function statusInMirror(id: string): Promise<string> {
  const { body } = await stack.api("GET", "/api/connections");
  const [connection] = (body as { data: { event_id: string; organization_id: string }[] }).data;
  const participant = await stack.api(
    "GET",
    `/api/connections/${connection?.event_id}/${connection?.organization_id}/participants/${id}`,
  );
  return (participant.body as { application_status: string }).application_status;
}
