import { createHash } from "node:crypto";
import { copyFileSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Emulator } from "../../emulator/index.ts";
import { type Server, startServer } from "../../emulator/node.ts";
import { launchBrowser, shoot } from "./support/browser.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** A Tuesday morning: the same pictures in every run. */
const START = Date.UTC(2027, 2, 16, 9, 30);
const VERIFIER = "v".repeat(64);
const FLOWS = {
  connect: ["http://localhost:8787/connect/callback", "event.read participants.read program.read"],
  login: ["http://localhost:8787/login/callback", "profile.read event.attendance"],
} as const;

let server: Server;
let browser: Browser;
let eventId: string;

function authorizeUrl(flow: keyof typeof FLOWS, lang: string): string {
  const [redirect_uri, scope] = FLOWS[flow];
  const query = new URLSearchParams({
    response_type: "code",
    client_id: server.emulator.state.integration.client_id,
    redirect_uri,
    scope,
    state: "pictures",
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    code_challenge_method: "S256",
    event_id: eventId,
    lang,
  });
  return `${server.url}/oauth/authorize?${query}`;
}

/** Goes through a consent and exchanges its code; gives the access token. */
async function consent(emulator: Emulator, flow: keyof typeof FLOWS): Promise<string> {
  const back = new URL(await emulator.authorize({ url: authorizeUrl(flow, "en") }));
  const { client_id, client_secret } = emulator.state.integration;
  const form = {
    grant_type: "authorization_code",
    code: back.searchParams.get("code") ?? "",
    code_verifier: VERIFIER,
    redirect_uri: FLOWS[flow][0],
    client_id,
    client_secret,
  };
  const init = { method: "POST", body: new URLSearchParams(form) };
  const answer = await emulator.fetch(new Request(`${server.url}/oauth/token`, init));
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

/** A morning's work: two consents, some calls, some reviews, one endpoint that failed once, two faults. */
async function play(emulator: Emulator): Promise<void> {
  const token = await consent(emulator, "connect");
  await consent(emulator, "login");
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.revento.v1+json" };
  for (let call = 0; call < 26; call++) {
    await (await emulator.fetch(new Request(`${server.url}/api/v1/events/${eventId}`, { headers }))).text();
  }
  const { actions, faults, state } = emulator;
  const event = state.store.events.get(eventId);
  const pending = event?.participants.all().filter(({ status }) => status === "pending") ?? [];
  const [first, second, third] = pending.slice(-3).map(({ id }) => id);
  actions.updateEvent(eventId, { city: "Wzorów" });
  await emulator.deliverDue();
  actions.approve(eventId, first ?? "");
  actions.requestRevision(eventId, second ?? "");
  actions.cancel(eventId, third ?? "");
  actions.updateActivity(eventId, event?.activities.all()[0]?.id ?? "", { capacity: 25 });
  await emulator.deliverDue();
  faults.add({ kind: "close", match: { endpoint: "refresh" }, params: { work: "after" } });
  faults.add({ kind: "duplicate_new_id", match: { type: "application.*" }, count: 3 });
  actions.register(eventId, first ?? "");
  actions.reject(eventId, second ?? "");
  await emulator.deliverDue();
}

beforeAll(async () => {
  browser = await launchBrowser();
  const begin = Date.now();
  let calls = 0;
  const answer: typeof fetch = async () => {
    const isDown = ++calls < 3 || calls === 5;
    await new Promise((resolve) => setTimeout(resolve, 12));
    return isDown
      ? Response.json({ error: "queue_unavailable" }, { status: 503 })
      : Response.json({ accepted: true });
  };
  const now = () => START + (Date.now() - begin);
  const settings = { delivery_concurrency: 1 };
  server = await startServer({ EMULATOR_PORT: "0" }, { seed: 1, now, fetch: answer, settings });
  [eventId = ""] = server.emulator.state.store.events.keys();
  await play(server.emulator);
  await server.emulator.clock.advance(5000);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** A picture in `test-results/screenshots`; with `UPDATE_IMAGES=1` those of the manual are renewed. */
async function picture(
  name: string,
  path: string,
  options: BrowserContextOptions = {},
  press = "",
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1120, height: 740 }, ...options });
  const page = await context.newPage();
  const answer = await page.goto(path.startsWith("http") ? path : `${server.url}${path}`);
  expect(answer?.status()).toBe(200);
  if (press !== "") await page.locator(press).first().click();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect([name, overflow]).toEqual([name, 0]);
  await shoot(page, name, false);
  const image = `${root}docs/images/${name}.png`;
  if (process.env.UPDATE_IMAGES === "1" && existsSync(image)) {
    copyFileSync(`${root}test-results/screenshots/${name}.png`, image);
  }
  await context.close();
}

const phone = { viewport: { width: 390, height: 780 } };

test("the console is pictured, wide, narrow and dark, and nothing overflows", async () => {
  const dead = server.emulator.state.deliveries.all().find(({ attempts }) => attempts.length > 1);
  await picture("emulator-overview", "/");
  await picture("emulator-participants", `/events/${eventId}/participants`);
  await picture("emulator-delivery", `/deliveries/${dead?.id}`);
  await picture("emulator-connections", "/connections");
  await picture("emulator-faults", "/faults", { colorScheme: "dark" });
  await picture("emulator-phone", `/events/${eventId}/participants?status=pending`, phone);
  for (const path of ["/deliveries", "/integration", "/time", "/settings", `/events/${eventId}/program`]) {
    await picture(`emulator-narrow${path.replaceAll("/", "-")}`, path, phone);
  }
});

test("sign-in and consent are pictured in both languages", async () => {
  const small = { viewport: { width: 560, height: 780 } };
  await picture("emulator-sign-in-en", authorizeUrl("connect", "en"), small);
  await picture("emulator-consent-en", authorizeUrl("connect", "en"), small, "button[name=account]");
  await picture("emulator-consent-pl", authorizeUrl("login", "pl"), small, "button[name=account]");
});
