import { createHmac, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDevVars } from "../../scripts/dev-vars.ts";
import { launchBrowser, shoot } from "./support/browser.ts";
import { connectEvent } from "./support/people.ts";
import { type Stack, startStack } from "./support/stack.ts";

/** The operator's dashboard in a browser: each page empty, in normal use and alarming; no serious axe violation. */
let stack: Stack;
let browser: Browser;
let page: Page;
let eventId: string;

beforeAll(async () => {
  stack = await startStack({ EMULATOR_EVENTS: "4" });
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
  page = await context.newPage();
  const events = (await stack.control("GET", "/_emulator/state/events")) as { data: { id: string }[] };
  eventId = events.data[0]?.id ?? "";
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

async function seriousViolations(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Opens a page, takes its picture, and looks for violations. */
async function look(path: string, name: string): Promise<void> {
  const response = await page.goto(`${stack.workerUrl}${path}`);
  expect(response?.status(), path).toBe(200);
  await shoot(page, `ops-${name}`);
  expect(await seriousViolations(), path).toEqual([]);
}

const PAGES: readonly (readonly [path: string, name: string])[] = [
  ["/ops", "overview"],
  ["/ops/connections", "connections"],
  ["/ops/deliveries", "deliveries"],
  ["/ops/dead-letters", "dead-letters"],
  ["/ops/erasures", "erasures"],
  ["/ops/trace?id=nothing", "trace"],
  ["/ops/audit", "audit"],
  ["/ops/keys", "keys"],
  ["/ops/configuration", "configuration"],
];

async function connect(): Promise<void> {
  await page.goto(`${stack.workerUrl}/connect?event_id=${eventId}`);
  if (page.url().startsWith(stack.workerUrl)) await page.getByRole("button", { name: /Revento/ }).click();
  await page.locator("form.accounts button[name=account]").first().click();
  await page.locator("button[name=decision][value=authorize]").click();
  await page.waitForURL((url) => url.origin === stack.workerUrl);
}

interface Connection {
  readonly event_id: string;
  readonly organization_id: string;
  readonly counts: { readonly participants: number };
}

async function firstConnection(): Promise<Connection | undefined> {
  const { body } = await stack.api("GET", "/api/connections");
  return (body as { data: Connection[] }).data[0];
}

test("a wrong token is refused in words, the right one opens the dashboard", async () => {
  await page.goto(`${stack.workerUrl}/ops`);
  await shoot(page, "ops-sign-in");
  expect(await seriousViolations()).toEqual([]);
  await page.getByLabel("Operator token").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  expect(await page.textContent("main")).toContain("not the operator token");
  await page.getByLabel("Operator token").fill(stack.operatorToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect.poll(() => page.getByRole("button", { name: "Sign out" }).count()).toBe(1);
});

test("every page while there is nothing", async () => {
  for (const [path, name] of PAGES) await look(path, `empty-${name}`);
});

test("every page in normal use", async () => {
  await connect();
  await expect.poll(async () => (await firstConnection())?.counts.participants, { timeout: 30_000 }).toBe(36);
  const connection = await firstConnection();
  const path = `/ops/connections/${connection?.event_id}/${connection?.organization_id}`;
  await page.goto(`${stack.workerUrl}${path}`);
  await page.getByRole("button", { name: "Probe now" }).click();
  await expect
    .poll(
      async () => {
        await page.goto(`${stack.workerUrl}${path}`);
        return page.textContent("main");
      },
      { timeout: 20_000, interval: 1000 },
    )
    .toContain("healthy");
  for (const [one, name] of PAGES) await look(one, `normal-${name}`);
  await look(path, "normal-connection");
  await look(`${path}/participants`, "normal-participants");
  await look(`${path}/erase`, "normal-erase");
  await look(`${path}/confirm`, "normal-confirm");
});

test("a connection is erased only after its id was typed, and the ledger counts down", async () => {
  const connection = await firstConnection();
  const path = `/ops/connections/${connection?.event_id}/${connection?.organization_id}`;
  await page.goto(`${stack.workerUrl}${path}/erase`);
  await page.getByLabel(/To confirm/).fill("something else");
  await page.getByRole("button", { name: "Erase for good" }).click();
  expect(await page.textContent("main")).toContain("Nothing was erased");
  await page.getByLabel(/To confirm/).fill(connection?.event_id ?? "");
  await page.getByRole("button", { name: "Erase for good" }).click();
  await expect.poll(async () => (await firstConnection())?.counts.participants, { timeout: 30_000 }).toBe(0);
  for (const [one, name] of PAGES) await look(one, `alarm-${name}`);
  await look(path, "alarm-connection");
});

/** A signed body that is no envelope: it is set aside, and waits for the operator. */
async function deliverNonsense(): Promise<void> {
  const secret = readDevVars(
    fileURLToPath(new URL("../../.dev.vars", import.meta.url)),
  ).REVENTO_WEBHOOK_SECRET;
  const body = JSON.stringify({ nonsense: randomUUID() });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret ?? "")
    .update(`${timestamp}.${body}`)
    .digest("hex");
  const response = await fetch(`${stack.workerUrl}/webhooks/revento`, {
    method: "POST",
    body,
    headers: {
      "X-Revento-Event": "application.approved",
      "X-Revento-Delivery-Id": randomUUID(),
      "X-Revento-Timestamp": timestamp,
      "X-Revento-Signature": `sha256=${signature}`,
    },
  });
  expect(response.status).toBe(200);
}

test("every page while a suspension that nobody told of is suspected and webhooks fail", async () => {
  const events = (await stack.control("GET", "/_emulator/state/events")) as { data: { id: string }[] };
  const others = events.data.map(({ id }) => id).filter((id) => id !== eventId);
  expect(others.length).toBeGreaterThanOrEqual(3);
  for (const id of others.slice(0, 3)) {
    eventId = id;
    await connectEvent(page, stack, id);
  }
  await stack.control("POST", "/_emulator/faults", { kind: "lose", probability: 1, count: null });
  await stack.control("POST", "/_emulator/actions/suspend", {});
  const { body } = await stack.api("GET", "/api/connections?status=active");
  for (const { event_id, organization_id } of (body as { data: Connection[] }).data) {
    await stack.api("POST", `/api/connections/${event_id}/${organization_id}/probe`);
  }
  for (let count = 0; count < 6; count++) await deliverNonsense();
  const activeCount = async () =>
    ((await stack.api("GET", "/api/connections?status=active")).body as { data: unknown[] }).data.length;
  await expect.poll(activeCount, { timeout: 30_000 }).toBe(0);
  const letters = async () =>
    ((await stack.api("GET", "/api/dead-letters")).body as { data: unknown[] }).data;
  await expect.poll(async () => (await letters()).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(6);
  await fetch(`${stack.workerUrl}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("*/5 * * * *")}`);
  await page.goto(`${stack.workerUrl}/ops`);
  const text = await page.textContent("main");
  expect(text).toMatch(/\d connections were refused as revoked .*probably suspended/);
  expect(text).toMatch(/\d messages are set aside/);
  expect(text).toMatch(/\d webhooks were set aside/);
  const one = `/ops/connections/${eventId}/${(await firstConnection())?.organization_id}`;
  for (const [path, name] of PAGES) await look(path, `raised-${name}`);
  await look(one, "raised-connection");
  await page.setViewportSize({ width: 390, height: 844 });
  await look("/ops", "raised-overview-phone");
  await look("/ops/dead-letters", "raised-dead-letters-phone");
  await look(one, "raised-connection-phone");
  await page.setViewportSize({ width: 1280, height: 900 });
});

test("the reference page draws the API under its strict policy", async () => {
  await page.goto(`${stack.workerUrl}/api/docs`);
  await expect.poll(() => page.locator(".opblock").count(), { timeout: 15_000 }).toBeGreaterThan(30);
  await shoot(page, "api-docs", false);
});

test("signing out closes the dashboard", async () => {
  await page.goto(`${stack.workerUrl}/ops`);
  await page.getByRole("button", { name: "Sign out" }).click();
  const response = await page.goto(`${stack.workerUrl}/ops/keys`);
  expect(response?.status()).toBe(401);
});
