import type { Page } from "playwright-core";
import type { Stack } from "./stack.ts";

export interface SandboxEvent {
  readonly id: string;
  readonly organization_id: string;
  readonly title: string;
}

export async function sandboxEvents(stack: Stack): Promise<readonly SandboxEvent[]> {
  return ((await stack.control("GET", "/_emulator/state/events")) as { data: SandboxEvent[] }).data;
}

/** The connection of an event in `/api`. */
export const apiOf = ({ id, organization_id }: Pick<SandboxEvent, "id" | "organization_id">): string =>
  `/api/connections/${id}/${organization_id}`;

/** Whether a connection's data is here. Of a connection that was none before, or is none, there is nothing to say. */
export const syncIsDone = (body: unknown): boolean =>
  ((body as { sync?: { finished_at: string | null } }).sync?.finished_at ?? null) !== null;

/** An organizer connects an event, from the first page to the page that says so. */
export async function connectEvent(page: Page, stack: Stack, eventId: string): Promise<void> {
  await page.goto(`${stack.workerUrl}/connect?event_id=${eventId}`);
  await page.waitForURL((url) => url.origin === stack.emulatorUrl);
  const accounts = page.locator("form.accounts button[name=account]");
  const authorize = page.locator("button[name=decision][value=authorize]");
  await accounts.or(authorize).first().waitFor();
  if ((await accounts.count()) > 0) await accounts.first().click();
  await authorize.click();
  await page.waitForURL((url) => url.origin === stack.workerUrl);
}

/** Asks `/api` until it says so, or fails with what it said last. */
export async function untilApi(
  stack: Stack,
  path: string,
  isSo: (body: unknown) => boolean,
  limitMs = 30_000,
): Promise<unknown> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { body } = await stack.api("GET", path);
    if (isSo(body)) return body;
    if (Date.now() > deadline) throw new Error(`${path} still says ${JSON.stringify(body).slice(0, 600)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
