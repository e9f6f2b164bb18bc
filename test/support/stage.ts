import { env } from "cloudflare:workers";
import { createEmulator, type Emulator } from "../../emulator/index.ts";
import type { Env } from "../../src/bindings.ts";
import { type Connection, findConnection, openConnection } from "../../src/connections/index.ts";
import type { SyncMessage, WebhookMessage } from "../../src/messages.ts";
import { startSync } from "../../src/mirror/index.ts";
import { createPkce } from "../../src/revento/index.ts";
import { takeIn } from "../../src/webhooks/intake.ts";
import type { World } from "../../src/world.ts";
import type { Life } from "./flaky.ts";
import { testSettings } from "./settings.ts";
import { consumeNow, heldQueue } from "./webhooks.ts";
import { testWorld } from "./world.ts";

type Answer = { readonly status: number; readonly body: string; readonly date: number };

/** Revento and the Worker on one virtual clock: queues that the test drains, a grant that costs nothing. */
export interface Stage {
  readonly emulator: Emulator;
  readonly world: World;
  readonly connection: Connection;
  readonly clock: { at: number };
  readonly webhooks: WebhookMessage[];
  readonly sync: SyncMessage[];
  /** Changes an answer of Revento's API before it arrives; null: the connection breaks. */
  intercept: (path: string, answer: Answer) => Answer | null | Promise<Answer | null>;
  /** Moves the clock and lets Revento deliver what is due into the intake. */
  advance(ms: number): Promise<void>;
  /** Consumes everything that waits in `WEBHOOKS`, in batches. What a killed invocation had comes again. */
  consumeWebhooks(live?: () => Life): Promise<void>;
  /** Runs sync jobs until none is left, or `most` have run. @returns how many ran */
  drainSync(most?: number, live?: () => Life): Promise<number>;
  /** A whole walk, with those that follow from it. */
  reconcile(live?: () => Life): Promise<void>;
}

let stages = 0;

export interface StageOptions {
  /** Each stage of a file needs another; alone, it tells all of the data, so that one that failed can be run again. */
  readonly seed?: number;
  readonly participants?: number;
  readonly scopes?: readonly string[];
  /** Our clock ahead of Revento's, in ms. */
  readonly skewMs?: number;
}

export async function openStage({
  seed = 100_000 + stages++,
  participants = 36,
  scopes,
  skewMs = 0,
}: StageOptions = {}): Promise<Stage> {
  const clock = { at: Date.UTC(2026, 10, 18, 9) + 86_400_000 * (seed % 1_000) };
  const webhooks = heldQueue<WebhookMessage>();
  const sync = heldQueue<SyncMessage>();
  const ours = () => clock.at + skewMs;
  const stage: { intercept: Stage["intercept"]; token: string } = {
    intercept: (_, answer) => answer,
    token: "",
  };
  const emulator = createEmulator({
    seed,
    participants,
    events: 1,
    now: () => clock.at,
    authUrl: testSettings.REVENTO_AUTH_URL,
    apiUrl: testSettings.REVENTO_API_URL,
    clientId: testSettings.REVENTO_CLIENT_ID,
    clientSecret: testSettings.REVENTO_CLIENT_SECRET,
    webhookSecret: testSettings.REVENTO_WEBHOOK_SECRET,
    redirectUris: [`${testSettings.PUBLIC_URL}/connect/callback`],
    webhookUrl: `${testSettings.PUBLIC_URL}/webhooks/revento`,
    autoDeliver: false,
    fetch: async (input, init) => {
      const { status } = await takeIn(world, new Request(input as RequestInfo, init));
      return new Response(null, { status });
    },
  });
  Object.assign(emulator.settings, { rate_limits: false, access_lifetime_s: 365 * 86_400 });
  const world: World = testWorld({
    now: ours,
    env: {
      ...env,
      WEBHOOKS: webhooks,
      SYNC: sync,
      HANDLERS: heldQueue(),
      ALERTS: heldQueue(),
      CONNECTION: fakeNamespace((path) => call(emulator, stage, path)),
    } as Env,
  });
  const connection = await connect(emulator, stage, world, clock.at, scopes);
  const unharmed = (): Life => ({ world, killed: new Promise(() => undefined) });
  return Object.assign(stage, {
    emulator,
    world,
    connection,
    clock,
    webhooks: webhooks.sent,
    sync: sync.sent,
    advance: async (ms: number) => {
      clock.at += ms;
      await emulator.deliverDue();
    },
    consumeWebhooks: async (live = unharmed) => {
      for (let batches = 0; webhooks.sent.length > 0; batches++) {
        if (batches > 2_000) throw new Error(`${webhooks.sent.length} webhooks come back again and again`);
        const taken = webhooks.sent.splice(0, 20);
        const { world, killed } = live();
        const end = await Promise.race([consumeNow(taken, world), killed]);
        if (end === "killed") webhooks.sent.push(...taken);
        else webhooks.sent.push(...end.retriedIndexes.flatMap((index) => taken[index] ?? []));
      }
    },
    drainSync: (most = 2_000, live = unharmed) => drain(live, sync.sent, clock, most),
    async reconcile(live = unharmed) {
      clock.at += 5_000;
      await startSync(world, connection, "reconcile");
      await drain(live, sync.sent, clock, 2_000);
    },
  });
}

async function drain(
  live: () => Life,
  sent: SyncMessage[],
  clock: { at: number },
  most: number,
): Promise<number> {
  let ran = 0;
  while (sent.length > 0 && ran < most) {
    const message = sent.shift();
    if (message === undefined) break;
    clock.at += 2_500;
    const { world, killed } = live();
    const running = consumeNow([message], world, "revento-sync", attemptsOf(message));
    const end = await Promise.race([running, killed]);
    if (end === "killed" || end.retriedIndexes.length > 0) {
      retries.set(message, attemptsOf(message) + 1);
      sent.push(message);
    }
    ran++;
  }
  return ran;
}

const retries = new WeakMap<object, number>();
const attemptsOf = (message: object): number => retries.get(message) ?? 1;

async function call(
  emulator: Emulator,
  stage: { intercept: Stage["intercept"]; token: string },
  path: string,
): Promise<Answer | null> {
  try {
    const response = await emulator.fetch(
      new Request(`${testSettings.REVENTO_API_URL}${path}`, {
        headers: {
          Authorization: `Bearer ${stage.token}`,
          Accept: "application/vnd.revento.v1+json",
          "X-Revento-Request-Id": crypto.randomUUID(),
        },
      }),
    );
    const date = Date.parse(response.headers.get("Date") ?? "");
    return await stage.intercept(path, { status: response.status, body: await response.text(), date });
  } catch {
    return null;
  }
}

/** In the place of the grant's object: every call reaches Revento at once. */
function fakeNamespace(send: (path: string) => Promise<Answer | null>): Env["CONNECTION"] {
  const stub = {
    call: async (request: { path: string; query: Record<string, string> }) => {
      const query = new URLSearchParams(request.query).toString();
      const answer = await send(query === "" ? request.path : `${request.path}?${query}`);
      return { outcome: outcomeOf(answer), records: [], connectionId: null };
    },
  };
  return { idFromName: (name: string) => name, get: () => stub } as unknown as Env["CONNECTION"];
}

function outcomeOf(answer: Answer | null): unknown {
  const requestId = crypto.randomUUID();
  if (answer === null) {
    return { ok: false, failure: { kind: "revento_unavailable", detail: "no answer", requestId } };
  }
  const { status, body, date } = answer;
  if (status === 200) return { ok: true, body, date, durationMs: 40, requestId };
  if (status === 429) return { ok: false, failure: { kind: "throttled", retryInS: 5 } };
  if (status >= 500)
    return { ok: false, failure: { kind: "revento_unavailable", detail: String(status), requestId } };
  const { error = "unknown" } = JSON.parse(body) as { error?: string };
  if (error === "insufficient_scope")
    return { ok: false, failure: { kind: "missing_scope", scope: "program.read" } };
  return { ok: false, failure: { kind: "revento_refused", status, error, requestId } };
}

async function connect(
  emulator: Emulator,
  stage: { token: string },
  world: World,
  at: number,
  scopes: readonly string[] = ["event.read", "participants.read", "program.read"],
): Promise<Connection> {
  const [event] = emulator.state.store.events.values();
  if (event === undefined) throw new Error("the emulator has no event");
  const pkce = await createPkce();
  const redirectUri = `${testSettings.PUBLIC_URL}/connect/callback`;
  const url = new URL(`${testSettings.REVENTO_AUTH_URL}/oauth/authorize`);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: testSettings.REVENTO_CLIENT_ID,
    redirect_uri: redirectUri,
    scope: scopes.join(" "),
    state: "state",
    code_challenge: pkce.challenge,
    code_challenge_method: "S256",
    event_id: event.id,
  }).toString();
  const back = new URL(await emulator.authorize({ url: url.toString() }));
  const response = await emulator.fetch(
    new Request(`${testSettings.REVENTO_AUTH_URL}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: back.searchParams.get("code") ?? "",
        code_verifier: pkce.verifier,
        redirect_uri: redirectUri,
        client_id: testSettings.REVENTO_CLIENT_ID,
        client_secret: testSettings.REVENTO_CLIENT_SECRET,
      }),
    }),
  );
  const tokens = (await response.json()) as { access_token: string };
  stage.token = tokens.access_token;
  // One database for all stages of a file: each has its own event.
  const key = { eventId: event.id, organizationId: event.organization_id };
  await openConnection(world, {
    ...key,
    connectedAt: Math.floor(at / 1000) * 1000,
    grantedScopes: scopes,
    askedScopes: scopes,
  });
  const connection = await findConnection(world, key);
  if (connection === null) throw new Error("the stage is not connected");
  return connection;
}
