import { type Browser, startAuthorization } from "./browser.ts";
import type { TestEmulator } from "./emulator.ts";

export interface LoginOptions {
  readonly account?: string;
  readonly deny?: boolean;
  readonly withoutScopes?: string[];
  readonly eventId?: string;
}

/** A person of the event whose application has a status; by default an approved one. */
export function personWith(emulator: TestEmulator, status = "approved", eventId = emulator.eventId) {
  const event = emulator.state.store.events.get(eventId);
  const participant = event?.participants.all().find((one) => one.status === status);
  if (participant === undefined) throw new Error(`nobody has an application that is ${status}`);
  return participant;
}

/** Login with Revento as a person does it; answers with the page that it ends on, redirects followed. */
export async function signInAsParticipant(
  emulator: TestEmulator,
  browser: Browser,
  { account = personWith(emulator).user_id, eventId = emulator.eventId, ...decision }: LoginOptions = {},
): Promise<Response> {
  const query = await startAuthorization(browser, `/login?event_id=${eventId}`);
  const url = `http://revento.test/oauth/authorize?${query}`;
  const back = new URL(await emulator.authorize({ url, account, ...decision }));
  return follow(browser, await browser.get(`${back.pathname}${back.search}`));
}

/** The page after the redirects to our own addresses. */
export async function follow(browser: Browser, response: Response): Promise<Response> {
  let current = response;
  for (let hops = 0; hops < 5 && current.status >= 300 && current.status < 400; hops += 1) {
    current = await browser.get(current.headers.get("location") ?? "/");
  }
  return current;
}
