import { createEmulator, type Emulator, type EmulatorOptions } from "../../../../emulator/index.ts";

/** A webhook as the endpoint got it. */
export interface Received {
  headers: Headers;
  text: string;
  body: {
    id: string;
    type: string;
    occurred_at: string;
    event_id: string | null;
    data: Record<string, unknown>;
  };
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  refresh_expires_in: number;
  scope: string;
  event_id: string;
  organization_id: string;
  user_id?: string;
}

export interface World {
  emulator: Emulator;
  /** The real time under the emulator's clock. */
  real: { now: number };
  inbox: Received[];
  /** How the endpoint answers; replace it to misbehave. */
  endpoint: { answer: (received: Received, init: RequestInit) => Promise<Response> | Response };
  eventId: string;
  otherEventId: string;
}

export const SECRET = "webhook-secret-of-the-tests";
export const CLIENT = { client_id: "client_tests", client_secret: "client-secret-of-the-tests" };
export const CONNECT_CALLBACK = "https://worker.example/connect/callback";
export const LOGIN_CALLBACK = "https://worker.example/login/callback";
export const INSTALLATION_SCOPES = "event.read participants.read program.read";
export const USER_SCOPES = "profile.read event.attendance";
export const MEDIA_TYPE = "application/vnd.revento.v1+json";

/** The pair of RFC 7636, appendix B. */
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/** A Wednesday, so that no reset is near. */
export const WEDNESDAY = Date.UTC(2026, 4, 6, 10, 0, 0);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

function parse(text: string): Received["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return { id: "", type: "", occurred_at: "", event_id: null, data: {} };
  }
}

/** An emulator in a time of its own, with an endpoint that records what it gets. */
export function createWorld(options: EmulatorOptions = {}): World {
  const real = { now: WEDNESDAY };
  const inbox: Received[] = [];
  const endpoint: World["endpoint"] = { answer: () => new Response("ok") };
  const emulator = createEmulator({
    seed: 1,
    now: () => real.now,
    autoDeliver: false,
    clientId: CLIENT.client_id,
    clientSecret: CLIENT.client_secret,
    webhookSecret: SECRET,
    redirectUris: [CONNECT_CALLBACK, LOGIN_CALLBACK],
    webhookUrl: "https://worker.example/webhooks/revento",
    fetch: async (_, init) => {
      const text = String(init?.body);
      const received = { headers: new Headers(init?.headers), text, body: parse(text) };
      inbox.push(received);
      return endpoint.answer(received, init ?? {});
    },
    ...options,
  });
  const [eventId = "", otherEventId = ""] = [...emulator.state.store.events.keys()];
  return { emulator, real, inbox, endpoint, eventId, otherEventId };
}

/** The address of an authorization; `changes` replaces parameters, undefined leaves one out. */
export function authorizeUrl(world: World, changes: Record<string, string | undefined> = {}): string {
  const url = new URL("https://auth.revento.example/oauth/authorize");
  const params: Record<string, string | undefined> = {
    response_type: "code",
    client_id: CLIENT.client_id,
    redirect_uri: CONNECT_CALLBACK,
    scope: INSTALLATION_SCOPES,
    state: "state-1",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    event_id: world.eventId,
    ...changes,
  };
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.toString();
}

export function loginUrl(world: World, changes: Record<string, string | undefined> = {}): string {
  return authorizeUrl(world, { redirect_uri: LOGIN_CALLBACK, scope: USER_SCOPES, ...changes });
}

/** `POST /oauth/token` with the client's credentials; `undefined` leaves a field out. */
export function postToken(world: World, fields: Record<string, string | undefined>): Promise<Response> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...CLIENT, ...fields })) {
    if (value !== undefined) form.set(name, value);
  }
  return world.emulator.fetch(
    new Request("https://auth.revento.example/oauth/token", { method: "POST", body: form }),
  );
}

export function exchange(world: World, url: string, fields: Record<string, string | undefined> = {}) {
  const redirect = new URL(url);
  return postToken(world, {
    grant_type: "authorization_code",
    code: redirect.searchParams.get("code") ?? "",
    code_verifier: VERIFIER,
    redirect_uri: `${redirect.origin}${redirect.pathname}`,
    ...fields,
  });
}

export function refresh(world: World, token: string): Promise<Response> {
  return postToken(world, { grant_type: "refresh_token", refresh_token: token });
}

export async function tokensOf(response: Response): Promise<Tokens> {
  if (!response.ok) throw new Error(`no tokens: ${response.status} ${await response.text()}`);
  return (await response.json()) as Tokens;
}

/** An organizer connects the event. */
export async function connect(world: World, eventId = world.eventId): Promise<Tokens> {
  const url = await world.emulator.authorize({ url: authorizeUrl(world, { event_id: eventId }) });
  return tokensOf(await exchange(world, url));
}

/** A participant signs in; by default the first of the event. */
export async function login(world: World, account?: string, eventId = world.eventId): Promise<Tokens> {
  const url = await world.emulator.authorize({ url: loginUrl(world, { event_id: eventId }), account });
  return tokensOf(await exchange(world, url));
}

export function call(world: World, token: string, path: string, headers: Record<string, string> = {}) {
  return world.emulator.fetch(
    new Request(`https://api.revento.example/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: MEDIA_TYPE, ...headers },
    }),
  );
}

export async function errorOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { error: string }).error];
}

/** A request to the control API. */
export function control(world: World, method: string, path: string, body?: unknown): Promise<Response> {
  const init: RequestInit = { method, headers: { "content-type": "application/json" } };
  if (body !== undefined) init.body = JSON.stringify(body);
  return world.emulator.fetch(new Request(`https://auth.revento.example/_emulator${path}`, init));
}

/** Ids of the listed participants of a status, in list order. */
export function participants(world: World, status?: string, eventId = world.eventId): string[] {
  const rows = world.emulator.state.store.events.get(eventId)?.participants.all() ?? [];
  return rows.filter((row) => !row.cancelled_at && (!status || row.status === status)).map(({ id }) => id);
}

export function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error("the list is empty");
  return value;
}

/** The person behind a participant. */
export function userOf(world: World, participantId: string, eventId = world.eventId): string {
  return world.emulator.state.store.events.get(eventId)?.participants.get(participantId)?.user_id ?? "";
}

/** Everything of a list, page by page. */
export async function walk(world: World, token: string, path: string, limit = 50) {
  const rows: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  for (let pages = 1; ; pages++) {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await call(world, token, `${path}?limit=${limit}${query}`);
    if (!response.ok) throw new Error(`page ${pages}: ${response.status} ${await response.text()}`);
    const page = (await response.json()) as {
      data: typeof rows;
      next_cursor: string | null;
      has_more: boolean;
    };
    rows.push(...page.data);
    if (!page.has_more) return { rows, pages };
    cursor = page.next_cursor;
  }
}
