import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Server, startServer } from "../../emulator/node.ts";
import { launchBrowser } from "./support/browser.ts";

let server: Server;
let browser: Browser;
let page: Page;
/** What the integration received. */
const received: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});

beforeEach(async () => {
  await server?.close();
  received.length = 0;
  const answer: typeof fetch = async (_, init) => {
    received.push(String(init?.body));
    return new Response("thanks", { status: 200 });
  };
  server = await startServer({ EMULATOR_PORT: "0" }, { seed: 7, fetch: answer, participants: 120 });
  for (const event of server.emulator.state.store.events.values()) connect(event.id);
  await page?.context().close();
  page = await (await browser.newContext()).newPage();
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

/** Serious and critical violations on the page as it is. */
async function violations(): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
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
    const serious = await violations();
    if (serious.length > 0) found[path] = serious;
  }
  expect(found).toEqual({});
}, 240_000);
