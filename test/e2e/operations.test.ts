import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manifest } from "../../src/manifest.ts";
import { seriousViolations } from "./support/accessibility.ts";
import { launchBrowser, shoot } from "./support/browser.ts";
import { connectEvent, DESKTOP, listEvents, listParticipants, overflow, PHONE } from "./support/people.ts";
import { untilApi } from "./support/sandbox.ts";
import { type Stack, startStack } from "./support/stack.ts";

/** The operator's dashboard in a browser: each page empty, in normal use and alarming, wide and on a phone. */
let stack: Stack;
let browser: Browser;
let page: Page;
let events: readonly { readonly id: string; readonly organization_id: string }[];
let webhookSecret = "";
/** Where alerts go: it takes them until it is told to refuse. */
let pager: Server;
let isPagerDown = false;

beforeAll(async () => {
  pager = createServer((_, response) => response.writeHead(isPagerDown ? 503 : 200).end());
  await new Promise<void>((resolve) => pager.listen(0, "127.0.0.1", resolve));
  const { port } = pager.address() as AddressInfo;
  const url = `http://localhost:${port}/`;
  const key = () => randomBytes(32).toString("base64url");
  const channel = { name: "on-call", kind: "webhook", url, secret: key() };
  stack = await startStack({ EMULATOR_EVENTS: "5" }, (vars) => {
    webhookSecret = vars.REVENTO_WEBHOOK_SECRET ?? "";
    return {
      TOKEN_KEYS: JSON.stringify([{ kid: "local-2", key: key() }, ...JSON.parse(vars.TOKEN_KEYS ?? "[]")]),
      ALERT_RULES: JSON.stringify([{ id: "trouble", signal: "*", channels: [channel] }]),
    };
  });
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: DESKTOP, locale: "en-GB" });
  page = await context.newPage();
  events = await listEvents(stack);
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  pager?.close();
});

/** What a page said each time that it was looked at, but for times of day. */
const said = new Map<string, Set<string>>();

/** Looked at for violations on a phone too: a page of banners and charts, a table of buttons, a page of cards. */
const ON_A_PHONE = /^alarm-(overview|dead-letters|connection)$/;

/** Empty lists, which are the frame of every page and a sentence: looked at for violations where there is something. */
const ONE_SENTENCE = /^empty-(?!overview|alerts|keys)/;

/** Pictures of the page that is open, wide and on a phone; it has no serious violation, and never scrolls sideways. */
async function lookAt(name: string): Promise<string> {
  await shoot(page, `ops-${name}`);
  expect(await overflow(page), name).toBeLessThanOrEqual(0);
  if (!ONE_SENTENCE.test(name)) expect(await seriousViolations(page), name).toEqual([]);
  await page.setViewportSize(PHONE);
  if (!name.startsWith("empty")) await shoot(page, `ops-${name}-phone`);
  expect(await overflow(page), `${name} on a phone`).toBeLessThanOrEqual(0);
  const hidden = await page.$$eval(
    ".table",
    (tables) => tables.filter((one) => one.scrollWidth > one.clientWidth).length,
  );
  expect(hidden, `${name}: tables that are cut off on a phone`).toBe(0);
  if (ON_A_PHONE.test(name)) expect(await seriousViolations(page), `${name} on a phone`).toEqual([]);
  await page.setViewportSize(DESKTOP);
  return (await page.locator("main").innerText()).replaceAll(/\d\d:\d\d(:\d\d)?/g, "");
}

async function open(path: string): Promise<string> {
  const response = await page.goto(`${stack.workerUrl}${path}`);
  expect(response?.status(), path).toBe(200);
  return page.locator("main").innerText();
}

async function look(path: string, name: string): Promise<void> {
  await open(path);
  const text = await lookAt(name);
  const kind = name.replace(/^\w+-/, "");
  said.set(kind, (said.get(kind) ?? new Set()).add(text));
}

/** What is looked at in each of the three states. */
const PAGES = ["", "connections", "deliveries", "dead-letters", "alerts", "erasures", "audit", "keys"];

async function lookAtAll(state: "empty" | "normal" | "alarm"): Promise<void> {
  for (const name of PAGES) await look(`/ops/${name}`.replace(/\/$/, ""), `${state}-${name || "overview"}`);
}

const pathOf = ({ id, organization_id }: (typeof events)[number]): string =>
  `/connections/${id}/${organization_id}`;

function eventAt(place: number): (typeof events)[number] {
  const event = events[place];
  if (event === undefined) throw new Error(`the sandbox has no event ${place}`);
  return event;
}

test("a wrong token is refused in words, the right one opens the dashboard", async () => {
  await page.goto(`${stack.workerUrl}/ops`);
  await lookAt("sign-in");
  await page.getByLabel("Operator token").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  expect(await page.textContent("main")).toContain("not the operator token");
  await page.getByLabel("Operator token").fill(stack.operatorToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect.poll(() => page.getByRole("button", { name: "Sign out" }).count()).toBe(1);
});

test("every page while there is nothing", async () => {
  await lookAtAll("empty");
  await look("/ops/trace?id=nothing", "empty-trace");
  await look("/ops/configuration", "configuration");
  await look("/ops/checklist", "checklist");
});

/** A signed body that is no envelope: it is set aside, and waits for the operator. */
async function deliverNonsense(): Promise<void> {
  const body = JSON.stringify({ nonsense: randomUUID() });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", webhookSecret).update(`${timestamp}.${body}`).digest("hex");
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

type Row = Readonly<Record<string, unknown>>;
const untilRows = (path: string, isSo: (rows: readonly Row[]) => boolean) =>
  untilApi(stack, path, (body) => isSo((body as { data: readonly Row[] }).data));

/** Real webhooks of a real change, a check-in, a letter: what a day brings. @returns who was approved */
async function bringADay(): Promise<string> {
  const event = eventAt(0);
  await connectEvent(page, stack, event.id);
  await untilApi(
    stack,
    `/api${pathOf(event)}`,
    (body) => (body as { counts: { participants: number } }).counts.participants === 36,
  );
  const [person, refused] = await listParticipants(stack, event.id, "pending");
  const act = (action: string, body: Row) => stack.control("POST", `/_emulator/actions/${action}`, body);
  const id = person?.id ?? "";
  await act("approve", { participant_id: id });
  await act("edit-profile", { participant_id: id, display_name: "Approved Today" });
  await act("reject", { participant_id: refused?.id });
  await act("update-event", { event_id: event.id, city: "Poznań" });
  await deliverNonsense();
  await untilRows("/api/deliveries?status=applied", (rows) => rows.length >= 4);
  await untilRows("/api/dead-letters", (rows) => rows.length === 1);
  await stack.api("POST", `/api${pathOf(event)}/check-ins`, { participant_id: id });
  return id;
}

test("a connection is erased only after its id was typed, and the ledger counts down", async () => {
  const event = eventAt(1);
  await connectEvent(page, stack, event.id);
  await open(`/ops${pathOf(event)}/erase`);
  await lookAt("normal-erase");
  await page.getByLabel(/To confirm/).fill("something else");
  await page.getByRole("button", { name: "Erase for good" }).click();
  expect(await page.textContent("main")).toContain("Nothing was erased");
  await page.getByLabel(/To confirm/).fill(event.id);
  await page.getByRole("button", { name: "Erase for good" }).click();
  await untilRows("/api/erasures", (rows) => rows[0]?.erased_at !== null);
  const ledger = await open("/ops/erasures");
  expect(ledger).toContain(event.id);
  expect(ledger).toMatch(/erased, queues run out\s*(29|30) days left/);
  expect(ledger).toMatch(/0 rows left in \d\d tables/);
  expect(await open(`/ops${pathOf(event)}`)).toMatch(/rows erased .*, (29|30) days to the deadline/);
});

test("every page in normal use", async () => {
  const person = await bringADay();
  const path = `/ops${pathOf(eventAt(0))}`;
  await open(path);
  await page.getByRole("button", { name: "Probe now" }).click();
  await expect.poll(() => open(path), { timeout: 20_000, interval: 500 }).toContain("healthy");
  await lookAtAll("normal");
  await look(path, "normal-connection");
  await look(`${path}/participants?q=today`, "normal-participants");
  await look(`${path}/confirm`, "normal-confirm");
  await open("/ops/deliveries");
  for (const type of ["application.approved", "application.rejected", "event.updated"]) {
    expect(await page.textContent("main")).toContain(type);
  }
  await open("/ops/dead-letters");
  await page.getByRole("link", { name: "Discard …" }).click();
  await lookAt("normal-discard");
  await look(`/ops/trace?id=${person}`, "normal-trace");
  await expectInOrder(/application approved[\s\S]*checked in by operator/);
  // A whole connection: connected, mirrored, told by webhooks, probed.
  await open(`/ops/trace?id=${eventAt(0).id}`);
  await lookAt("normal-trace-connection");
  await expectInOrder(/connect[\s\S]*GET [\s\S]*application\.approved[\s\S]*probe: healthy/);
});

/** The trace that is open tells this, oldest first. */
async function expectInOrder(story: RegExp): Promise<void> {
  const lines = await page.locator("tbody tr").allInnerTexts();
  expect(lines.join("\n")).toMatch(story);
  const times = await page.$$eval("tbody time", (all) =>
    all.map((one) => one.getAttribute("datetime") ?? ""),
  );
  expect(times).toEqual(times.toSorted());
}

/** Revento suspends and its webhooks are lost; what is set aside piles up; the pager is down. */
async function bringTrouble(): Promise<void> {
  isPagerDown = true;
  for (const place of [2, 3, 4]) await connectEvent(page, stack, eventAt(place).id);
  await stack.control("POST", "/_emulator/faults", { kind: "lose", probability: 1, count: null });
  await stack.control("POST", "/_emulator/actions/suspend", {});
  for (const place of [0, 2, 3, 4]) await stack.api("POST", `/api${pathOf(eventAt(place))}/probe`);
  for (let count = 0; count < 6; count++) await deliverNonsense();
  await untilRows("/api/connections?status=active", (rows) => rows.length === 0);
  await untilRows("/api/dead-letters", (rows) => rows.length >= 7);
  await stack.api("POST", `/api${pathOf(eventAt(2))}/erase`);
  await fetch(`${stack.workerUrl}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("*/5 * * * *")}`);
  await expect.poll(() => open("/ops/alerts"), { timeout: 15_000, interval: 500 }).toContain("failing");
}

test("every page while a suspension that nobody told of is suspected and webhooks fail", async () => {
  await bringTrouble();
  const text = await open("/ops");
  expect(text).toMatch(/\d connections were refused as revoked .*probably suspended/);
  expect(text).toMatch(/\d messages are set aside/);
  expect(text).toMatch(/\d webhooks were set aside/);
  // The worst stands first, and says whom to ask.
  const banners = page.locator("main .banner");
  expect(await banners.first().innerText()).toContain("probably suspended");
  expect(await banners.count()).toBeGreaterThanOrEqual(3);
  expect(await banners.first().getByRole("link").getAttribute("href")).toBe(manifest.contact.url);
  await lookAtAll("alarm");
  await look(`/ops${pathOf(eventAt(4))}`, "alarm-connection");
  const deliveries = await stack.api("GET", "/api/deliveries");
  const { delivery_id } = (deliveries.body as { data: { delivery_id: string }[] }).data[0] ?? {};
  await look(`/ops/trace?id=${delivery_id}`, "alarm-trace");
});

test("no page was pictured twice in the same state", () => {
  const pictured = [...PAGES.map((name) => name || "overview"), "trace"];
  // Where every webhook is lost none arrives; where every connection has ended no key seals anything.
  const least = (name: string): number => (["deliveries", "keys"].includes(name) ? 2 : 3);
  for (const name of pictured) expect(said.get(name)?.size, name).toBeGreaterThanOrEqual(least(name));
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
