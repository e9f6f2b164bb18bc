import { env, exports } from "cloudflare:workers";
import { onTestFinished, vi } from "vitest";
import { createEmulator, type Emulator, type EmulatorOptions } from "../../emulator/index.ts";
import { secrets } from "./secrets.ts";
import { testSettings } from "./settings.ts";

export interface TestEmulator extends Emulator {
  /** The first event of the sandbox. */
  readonly eventId: string;
  readonly organizationId: string;
  /** Every request that reached it, in order, as `POST /oauth/token`. */
  readonly requests: string[];
  /** Every token, code and verifier that was ever issued or presented. */
  readonly secrets: Set<string>;
  /** Runs before each request is answered; may wait, or answer itself. */
  intercept: (request: Request) => Promise<Response | undefined> | Response | undefined;
  /** How many requests of a kind came. */
  count(request: string): number;
  /** A whole organizer connect through the Worker: returns the page that it ends on, and the browser's cookies. */
  connect(options?: ConnectOptions): Promise<{ readonly response: Response; readonly cookies: string }>;
}

export interface ConnectOptions {
  readonly eventId?: string;
  readonly deny?: boolean;
  readonly withoutScopes?: string[];
}

/** Each has events of its own: the objects of an earlier test keep what they hold. */
let emulators = 0;

const ORIGIN = testSettings.PUBLIC_URL;

/**
 * A Revento of the test's own, at `http://revento.test`. Until the test is over, the Worker's and its Durable Objects'
 * `fetch` reaches it and nothing else: any other address fails the call. Webhooks go into the Worker, when the
 * test says `deliverDue()`. It lives by `Date`: move it with `vi.useFakeTimers({ toFake: ["Date"] })`, never back
 * before the real time (alarms of Durable Objects run on the real clock).
 */
export function startEmulator(options: EmulatorOptions = {}): TestEmulator {
  const emulator = createEmulator({
    seed: ++emulators,
    authUrl: testSettings.REVENTO_AUTH_URL,
    apiUrl: testSettings.REVENTO_API_URL,
    clientId: testSettings.REVENTO_CLIENT_ID,
    clientSecret: testSettings.REVENTO_CLIENT_SECRET,
    webhookSecret: testSettings.REVENTO_WEBHOOK_SECRET,
    redirectUris: [`${ORIGIN}/connect/callback`, `${ORIGIN}/login/callback`],
    webhookUrl: `${ORIGIN}/webhooks/revento`,
    autoDeliver: false,
    fetch: (input, init) => exports.default.fetch(new Request(input, init)),
    ...options,
  });
  const [event] = emulator.state.store.events.values();
  if (event === undefined) throw new Error("the emulator has no event");
  const requests: string[] = [];
  const test: TestEmulator = {
    ...emulator,
    eventId: event.id,
    organizationId: event.organization_id,
    requests,
    secrets,
    intercept: () => undefined,
    count: (request) => requests.filter((one) => one === request).length,
    connect: (connect = {}) => connectThroughWorker(test, connect),
  };
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => answer(test, input, init));
  // What goes on in the background after the test finds nobody there, rather than the network.
  onTestFinished(async () => {
    await endJobs([...emulator.state.store.events.keys()]);
    spy.mockImplementation((input, init) => afterwards(input, init));
  });
  return test;
}

const realFetch = globalThis.fetch;

async function afterwards(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.origin === testSettings.REVENTO_AUTH_URL) throw new TypeError("this Revento is gone");
  return realFetch(input as RequestInfo, init);
}

/** Jobs outlive the test that caused them: a guard that has ended makes each of them do nothing, and call nobody. */
async function endJobs(eventIds: readonly string[]): Promise<void> {
  await env.DB.prepare("UPDATE guards SET state = 'ended' WHERE event_id IN (SELECT value FROM json_each(?))")
    .bind(JSON.stringify(eventIds))
    .run();
  await new Promise((resolve) => setTimeout(resolve, 100));
}

async function answer(
  test: TestEmulator,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Promise<Response> {
  const request = new Request(input as RequestInfo, init);
  const url = new URL(request.url);
  if (url.origin !== testSettings.REVENTO_AUTH_URL) {
    throw new Error(`an unexpected call left: ${request.method} ${url.origin}${url.pathname}`);
  }
  test.requests.push(`${request.method} ${url.pathname}`);
  const text = request.method === "POST" ? new TextDecoder().decode(await request.clone().arrayBuffer()) : "";
  for (const [name, value] of new URLSearchParams(text)) {
    if (["refresh_token", "code", "code_verifier"].includes(name)) test.secrets.add(value);
  }
  const aborted = new Promise<never>((_, reject) => {
    request.signal.addEventListener("abort", () => reject(request.signal.reason));
  });
  aborted.catch(() => undefined);
  const response = await Promise.race([respond(test, request), aborted]);
  if (url.pathname === "/oauth/token") await remember(test, response.clone());
  return response;
}

async function respond(test: TestEmulator, request: Request): Promise<Response> {
  return (await test.intercept(request.clone() as Request)) ?? test.fetch(request);
}

async function remember(test: TestEmulator, response: Response): Promise<void> {
  const body: Record<string, unknown> = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  for (const name of ["access_token", "refresh_token"]) {
    const value = body[name];
    if (typeof value === "string") test.secrets.add(value);
  }
}

async function connectThroughWorker(
  test: TestEmulator,
  { eventId = test.eventId, ...decision }: ConnectOptions,
): Promise<{ response: Response; cookies: string }> {
  const started = await exports.default.fetch(`${ORIGIN}/connect?event_id=${eventId}`, {
    redirect: "manual",
  });
  await started.body?.cancel();
  const cookies = cookiesOf(started);
  const back = await test.authorize({ url: started.headers.get("location") ?? "", ...decision });
  const code = new URL(back).searchParams.get("code");
  if (code !== null) test.secrets.add(code);
  const response = await exports.default.fetch(back, {
    headers: { cookie: cookies },
    redirect: "manual",
  });
  return { response, cookies: [cookies, cookiesOf(response)].filter((part) => part !== "").join("; ") };
}

/** The `Cookie` header that a browser would send after a response. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
