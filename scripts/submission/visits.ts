import type { Page } from "playwright-core";
import { apiOf, syncIsDone, untilApi } from "../../test/e2e/support/sandbox.ts";
import type { Scene, Visit } from "./pictures.ts";

const connectionOf = ({ eventId, organizationId }: Scene): string => `/${eventId}/${organizationId}`;
const eventIn = ({ eventId, organizationId }: Scene) => ({ id: eventId, organization_id: organizationId });
const isActive = (body: unknown): boolean => (body as { status?: string }).status === "active";
const eventOf = ({ workerUrl, eventId, organizationId }: Scene): string =>
  `${workerUrl}/organizations/${organizationId}/events/${eventId}`;

async function toConsent(page: Page, scene: Scene, path: string): Promise<void> {
  await page.goto(`${scene.workerUrl}${path}?event_id=${scene.eventId}`);
  await page.waitForURL((url) => url.origin === scene.emulatorUrl);
  const accounts = page.locator("form.accounts button[name=account]");
  if ((await accounts.count()) > 0) await accounts.first().click();
  await page.locator("button[name=decision]").first().waitFor();
}

const decide = async (page: Page, scene: Scene, decision: "authorize" | "cancel"): Promise<void> => {
  await page.locator(`button[name=decision][value=${decision}]`).click();
  await page.waitForURL((url) => url.origin === scene.workerUrl);
};

/** Connects the event, and waits until all of it is here. */
async function connect(page: Page, scene: Scene): Promise<void> {
  await toConsent(page, scene, "/connect");
  await decide(page, scene, "authorize");
  await untilApi(scene, apiOf(eventIn(scene)), (body) => isActive(body) && syncIsDone(body));
}

/** Something happens at the event, so that pages are not empty: an application is approved, some people arrive. */
async function enliven(scene: Scene): Promise<void> {
  const pending = `/_emulator/state/events/${scene.eventId}/participants?status=pending`;
  const { data } = (await scene.control("GET", pending)) as { data: { id: string }[] };
  const approved = { event_id: scene.eventId, participant_id: data[0]?.id };
  await scene.control("POST", "/_emulator/actions/approve", approved);

  const api = apiOf(eventIn(scene));
  const { body } = await scene.api("GET", `${api}/participants?application_status=approved&limit=7`);
  for (const { id } of (body as { data: { id: string }[] }).data) {
    await scene.api("POST", `${api}/check-ins`, { participant_id: id });
  }
}

export const anybody: Visit = async (page, { workerUrl }, shoot) => {
  for (const [path, name, title] of [
    ["/", "home", "The first page"],
    ["/connect", "connect", "Connecting an event"],
    ["/login", "login", "Signing in with Revento"],
    ["/me", "me-signed-out", "One's own page, before signing in"],
    ["/nowhere", "not-found", "A page that is not there"],
  ] as const) {
    await page.goto(`${workerUrl}${path}`);
    await shoot(page, name, title);
  }
};

export const organizer: Visit = async (page, scene, shoot) => {
  await page.goto(`${scene.workerUrl}/organizations/${scene.organizationId}`);
  await shoot(page, "organization-signed-out", "The organization's page, before signing in");
  await toConsent(page, scene, "/connect");
  await shoot(page, "consent-organizer", "Revento's consent page for the organizer (emulated)");
  await decide(page, scene, "cancel");
  await shoot(page, "connect-declined", "The organizer declined");
  await connect(page, scene);
  await page.goto(`${eventOf(scene)}/connected`);
  await shoot(page, "connected", "The event is connected");
  await enliven(scene);
  await page.goto(`${scene.workerUrl}/organizations/${scene.organizationId}`);
  await shoot(page, "organization", "All events of an organization");
  await page.goto(`${eventOf(scene)}/attendance`);
  await page.fill("#label", "Main entrance");
  await page.locator('form[action$="/doors"] button').click();
  const door = await page.locator(".banner input").inputValue();
  await shoot(page, "door-made", "A link for the door was made: it is shown once");
  await page.goto(`${eventOf(scene)}/attendance`);
  await shoot(page, "attendance", "Live attendance");
  await page.goto(`${eventOf(scene)}/attendance/wall`);
  await shoot(page, "wall", "The wall screen");
  await page.goto(door);
  await shoot(page, "door", "Check-in at the door");
};

export const participant: Visit = async (page, scene, shoot) => {
  await toConsent(page, scene, "/login");
  await shoot(page, "consent-participant", "Revento's consent page for a participant (emulated)");
  await decide(page, scene, "cancel");
  await shoot(page, "login-declined", "The participant declined");
  await toConsent(page, scene, "/login");
  await decide(page, scene, "authorize");
  await shoot(page, "my-event", "A participant's event; /me shows the latest one");
};

export const operator: Visit = async (page, scene, shoot) => {
  const { workerUrl, operatorToken } = scene;
  await page.goto(`${workerUrl}/ops`);
  await shoot(page, "ops-sign-in", "Signing in");
  await page.getByLabel(/token/i).fill(operatorToken);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL(/\/ops\/?$/);
  const connection = `/connections${connectionOf(scene)}`;
  const deliveries = (await scene.api("GET", "/api/deliveries?limit=1")).body as {
    data: { delivery_id: string }[];
  };
  for (const [path, name, title] of [
    ["", "ops", "Overview"],
    ["/connections", "ops-connections", "Connections"],
    [connection, "ops-connection", "A connection"],
    [`${connection}/participants`, "ops-participants", "Its participants"],
    [`${connection}/erase`, "ops-erase", "Before erasing a connection"],
    [`/trace?id=${deliveries.data[0]?.delivery_id}`, "ops-trace", "Tracing an id"],
    ["/deliveries", "ops-deliveries", "Webhook deliveries"],
    ["/dead-letters", "ops-dead-letters", "Dead letters"],
    ["/erasures", "ops-erasures", "Erasures"],
    ["/alerts", "ops-alerts", "Alerts"],
    ["/audit", "ops-audit", "Audit"],
    ["/checklist", "ops-checklist", "Pre-launch checklist"],
    ["/keys", "ops-keys", "Keys"],
    ["/configuration", "ops-configuration", "Configuration"],
  ] as const) {
    await page.goto(`${workerUrl}/ops${path}`);
    await shoot(page, name, title);
  }
};

/** The organizer signs in, and disconnects the event at Revento. */
export const disconnect = async (page: Page, scene: Scene): Promise<void> => {
  await connect(page, scene);
  await scene.control("POST", "/_emulator/actions/disconnect", { event_id: scene.eventId });
  await untilApi(scene, apiOf(eventIn(scene)), (body) => (body as { status?: string }).status === "ended");
};

/** What organizer and participant see of an event that was disconnected. */
export const over: Visit = async (page, scene, shoot) => {
  await page.goto(`${scene.workerUrl}/organizations/${scene.organizationId}`);
  await shoot(page, "organization-over", "All events: this one is not connected any more");
  await page.goto(`${eventOf(scene)}/reconnect`);
  await shoot(page, "reconnect", "Why it ended, and connecting again");
  await page.goto(`${scene.workerUrl}/me/events/${scene.eventId}`);
  await shoot(page, "my-event-over", "What a participant is told");
};
