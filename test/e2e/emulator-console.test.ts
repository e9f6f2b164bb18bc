import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Server, startServer } from "../../emulator/node.ts";
import { seriousViolations } from "./support/accessibility.ts";
import { launchBrowser } from "./support/browser.ts";

let server: Server;
let browser: Browser;
let page: Page;
/** What the integration received, and what it answers. */
const received: string[] = [];
let status = 200;
/** What the browser complains of: scripts that fail, and what the page's policy refuses. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

beforeEach(async () => {
  // The page first: it renews itself, and would complain of a server that is gone.
  await page?.context().close();
  await server?.close();
  received.length = 0;
  complaints.length = 0;
  status = 200;
  const answer: typeof fetch = async (_, init) => {
    received.push(String(init?.body));
    return new Response("thanks", { status });
  };
  server = await startServer({ EMULATOR_PORT: "0" }, { seed: 7, fetch: answer, participants: 120 });
  for (const event of server.emulator.state.store.events.values()) connect(event.id);
  page = await (await browser.newContext()).newPage();
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
});

afterEach(() => {
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** As after an organizer's consent, without going through it. */
function connect(event_id: string): void {
  const { connections, store } = server.emulator.state;
  connections.open({
    event_id,
    organization_id: store.organization.id,
    status: "active",
    reason: null,
    connected_by: "usr_organizer",
    connected_at: new Date().toISOString(),
    ended_at: null,
    granted_scopes: ["event.read"],
    consented_manifest: ["event.read", "participants.read", "program.read"],
  });
}

const firstEvent = () => [...server.emulator.state.store.events.values()][0] ?? fail("no event");
const open = (path: string) => page.goto(`${server.url}${path}`);

function fail(why: string): never {
  throw new Error(why);
}

test("an application is approved with one click, and the page shows it and its webhook", async () => {
  const event = firstEvent();
  const pending = event.participants.all().find(({ status }) => status === "pending") ?? fail("nobody");
  await open(`/events/${event.id}/participants?q=${pending.id}`);
  const row = page.locator(`tr[data-participant="${pending.id}"]`);
  expect(await row.textContent()).toContain(pending.id);
  await row.getByRole("button", { name: "Approve" }).click();
  await row.getByText("approved").waitFor();
  expect(pending.status).toBe("approved");
  await page.getByRole("status").getByRole("link", { name: "application.approved" }).click();
  await page.getByRole("heading", { name: "Try 1" }).waitFor();
  expect(received.join()).toContain(pending.id);
});

/** The browser tells of every answer with an error status; these were meant. A page that is not there is asked for again. */
async function expectRefusals(least: number): Promise<void> {
  await expect.poll(() => complaints.length, { timeout: 5000 }).toBeGreaterThanOrEqual(least);
  const others = complaints.splice(0).filter((line) => !/status of 4\d\d/.test(line));
  expect(others).toEqual([]);
}

test("every page says that it is an emulator, and has no serious accessibility violation", async () => {
  const { emulator } = server;
  const event = firstEvent();
  const [participant] = event.participants.all();
  const [activity] = event.activities.all();
  if (!participant || !activity) fail("the seed is empty");
  emulator.faults.add({ kind: "latency" });
  emulator.actions.approve(event.id, participant.id);
  await emulator.deliverDue();
  const [delivery] = emulator.state.deliveries.all();
  const at = `/events/${event.id}`;
  const people = `${at}/participants`;
  const paths = ["/", at, people, `${people}/${participant.id}`, `${at}/program`];
  paths.push(`${at}/program/${activity.id}`, "/deliveries", `/deliveries/${delivery?.id}`, "/connections");
  paths.push("/integration", "/faults", "/faults?kind=close", "/time", "/settings", "/events/evt_none");
  const found: Record<string, string[]> = {};
  for (const path of paths) {
    await open(path);
    expect(await page.getByRole("banner").textContent(), path).toContain("EMULATOR");
    const serious = await seriousViolations(page);
    if (serious.length > 0) found[path] = serious;
  }
  expect(found).toEqual({});
  // The last page is one that is not there.
  await page.goto("about:blank");
  await expectRefusals(1);
}, 240_000);

test("sign-in, consent and refusal in both languages have no serious accessibility violation", async () => {
  const { integration } = server.emulator.state;
  const [redirect_uri = ""] = integration.redirect_uris;
  for (const [lang, title] of [
    ["en", "Example Integration asks for access"],
    ["pl", "Example Integration prosi o dostęp"],
  ] as const) {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: integration.client_id,
      redirect_uri,
      scope: "event.read participants.read program.read",
      state: "s",
      code_challenge: "a".repeat(43),
      code_challenge_method: "S256",
      event_id: firstEvent().id,
      lang,
    });
    await page.context().clearCookies();
    await open(`/oauth/authorize?${query}`);
    expect(await page.getByRole("banner").textContent()).toContain("EMULATOR");
    expect(await seriousViolations(page)).toEqual([]);
    await page.locator("button[name=account]").first().click();
    await page.getByRole("heading", { name: title }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    query.set("redirect_uri", "https://elsewhere.example/");
    await open(`/oauth/authorize?${query}`);
    await page.getByRole("alert").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  }
  // Both refusals are answers with an error status.
  await expectRefusals(2);
}, 180_000);

const click = (name: string) => page.getByRole("button", { name, exact: true }).click();
const said = (text: string) => page.locator("#toasts").getByText(text).waitFor();

test("a person is found among 20,000, and pages can be turned", async () => {
  await server.close();
  server = await startServer({ EMULATOR_PORT: "0" }, { seed: 7, participants: 20_000, events: 1 });
  const event = firstEvent();
  await open(`/events/${event.id}/participants`);
  await page.getByText("Page 1 of 400").waitFor();
  await page.getByRole("link", { name: "Last page" }).click();
  await page.getByText("Page 400 of 400").waitFor();
  const [first] = event.participants.all();
  expect(await page.locator(`tr[data-participant="${first?.id}"]`).count()).toBe(1);
  await page.getByRole("searchbox").fill(first?.id ?? "");
  await page.getByText("1 participant, newest first").waitFor();
  expect(new URL(page.url()).searchParams.get("q")).toBe(first?.id);
  expect(await page.locator("tr[data-participant]").count()).toBe(1);
});

test("the page renews itself, and leaves a half-typed form alone", async () => {
  const event = firstEvent();
  await open(`/events/${event.id}`);
  await page.getByLabel("Title").fill("Half a ti");
  server.emulator.actions.updateEvent(event.id, { city: "Elsewhere" });
  await page.getByText("Elsewhere ·").waitFor();
  expect(await page.getByLabel("Title").inputValue()).toBe("Half a ti");
  await page.getByLabel("Title").fill("Half a title");
  await click("Save");
  await said("The event was changed.");
  expect(event).toMatchObject({ title: "Half a title", city: "Elsewhere" });
  await page.getByRole("heading", { name: "Half a title" }).waitFor();
});

test("a dead letter is shown with its tries, and replayed", async () => {
  status = 500;
  server.emulator.settings.retry_curve_s = [];
  server.emulator.actions.updateEvent(firstEvent().id);
  await server.emulator.deliverDue();
  await open("/deliveries?status=dead");
  await page.getByRole("link", { name: "event.updated" }).click();
  await page.getByText("Request: POST").click();
  await page.getByText("x-revento-signature: sha256=").waitFor();
  status = 200;
  await click("Replay");
  await page.getByRole("heading", { name: "Try 2" }).waitFor();
  expect(received).toHaveLength(2);
  expect(received[0]).toBe(received[1]);
});

test("a try that waits for its answer is told from one that got none", async () => {
  const waiting = Promise.withResolvers<void>();
  await server.close();
  const answer: typeof fetch = () => waiting.promise.then(() => new Response("at last"));
  server = await startServer({ EMULATOR_PORT: "0" }, { seed: 7, fetch: answer });
  connect(firstEvent().id);
  const { webhooks } = server.emulator.actions.updateEvent(firstEvent().id);
  await open(`/deliveries/${webhooks[0]?.delivery_ids[0]}`);
  const attempt = page.locator('[data-attempt="1"]');
  await attempt.getByText("under way").waitFor();
  waiting.resolve();
  await attempt.getByText("at last").waitFor();
  expect(await attempt.getByText("under way").count()).toBe(0);
});

test("a fault is planned with one click or with a form, counted, and removed", async () => {
  await open("/faults");
  await click("The next webhook twice");
  await page.locator('tr[data-fault="flt_1"]').getByText("0 of 1").waitFor();
  server.emulator.actions.updateEvent(firstEvent().id);
  await page.locator('tr[data-fault="flt_1"]').getByText("1 of 1").waitFor();
  await page.getByRole("link", { name: "stale_timestamp" }).click();
  await page.getByLabel("Event type").fill("event.*");
  await page.getByLabel("How often").fill("");
  await click("Plan it");
  await page.locator('tr[data-fault="flt_2"]').getByText("0 of any number").waitFor();
  expect(server.emulator.faults.list()[1]).toMatchObject({
    kind: "stale_timestamp",
    match: { type: "event.*" },
    count: null,
    params: { seconds: -600 },
  });
  await click("Remove all faults");
  await page.getByText("Nothing goes wrong").waitFor();
});

test("the clock moves, the refresh mode changes, and everything can be reset", async () => {
  await open("/time");
  const before = server.emulator.clock.now();
  await click("+90 days");
  await said("The clock moved +90 days.");
  expect(server.emulator.clock.now() - before).toBeGreaterThan(89 * 86_400_000);
  await open("/connections");
  await page.getByLabel("refresh_mode").selectOption("grace-until-used");
  await said("refresh_mode was changed.");
  expect(server.emulator.settings.refresh_mode).toBe("grace-until-used");
  await page.locator('[data-setting="refresh_mode"]').getByText("changed").waitFor();
  await open("/settings");
  await page.getByText("Reset everything…").click();
  await click("Yes, reset everything");
  await said("Everything was reset.");
  expect(server.emulator.settings).toMatchObject({ refresh_mode: "strict", delivery_concurrency: 4 });
  // What happened is said at once; the page that shows it comes a moment later.
  await expect.poll(() => page.getByText("changed", { exact: true }).count()).toBe(0);
});

test("the program changes: places at once, the rest on the activity's page", async () => {
  const event = firstEvent();
  const [activity] = event.activities.all();
  if (!activity) fail("no activity");
  await open(`/events/${event.id}/program`);
  const row = page.locator(`tr[data-activity="${activity.id}"]`);
  await row.getByRole("spinbutton").fill("77");
  await row.getByRole("spinbutton").press("Enter");
  await row.getByText("of 77").waitFor();
  await row.getByRole("link").click();
  await page.getByLabel("Status").selectOption("cancelled");
  await click("Save");
  await said("The activity was changed.");
  expect(activity).toMatchObject({ capacity: 77, status: "cancelled" });
});

test("the integration is suspended and comes back, a scope is declared, an event archived", async () => {
  const event = firstEvent();
  await open("/integration");
  await click("Suspend");
  await said("integration.suspended");
  await click("Lift the suspension");
  await page.getByRole("button", { name: "Suspend", exact: true }).waitFor();
  await page.getByLabel("Add a scope").fill("payments.read");
  await click("Declare");
  await page.getByRole("rowheader", { name: "payments.read" }).waitFor();
  await open(`/events/${event.id}`);
  await click("Archive");
  await said("Archived.");
  expect(event.archived_at).not.toBeNull();
});

test("a refusal is said in words", async () => {
  await open("/integration");
  await page.getByLabel("Add a scope").fill("not a scope");
  await click("Declare");
  await said("characters that a scope cannot have");
  await expectRefusals(1);
});
