import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { configOf } from "../../src/config.ts";
import type { OpenedConnection } from "../../src/connections/index.ts";
import { grantObject } from "../../src/grants/client.ts";
import type { Custody } from "../../src/grants/custody.ts";
import { type GrantIdentity, ofConnection } from "../../src/grants/identity.ts";
import { installGrant, installUserGrant } from "../../src/grants/index.ts";
import { authorizeUrl, createPkce, exchangeCode, type TokenResponse } from "../../src/revento/index.ts";
import { createWorld, type World } from "../../src/world.ts";
import type { TestEmulator } from "./emulator.ts";

export function testWorld(overrides: Partial<World> = {}): World {
  const config = configOf(env);
  if (!config.ok) throw new Error("the settings of the tests are malformed");
  return createWorld(env, config.value, { log: silent, ...overrides });
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const INSTALLATION_SCOPES = ["event.read", "participants.read", "program.read"];
export const USER_SCOPES = ["profile.read", "event.attendance"];

/** A consent and its code exchange, without the Worker's pages. */
export async function consent(
  emulator: TestEmulator,
  scopes: readonly string[] = INSTALLATION_SCOPES,
  options: { readonly eventId?: string; readonly withoutScopes?: string[] } = {},
): Promise<TokenResponse> {
  const { config } = testWorld();
  const { verifier, challenge } = await createPkce();
  const isUser = scopes.includes("profile.read");
  const redirectUri = `${config.publicUrl}/${isUser ? "login" : "connect"}/callback`;
  const { eventId = emulator.eventId, ...decision } = options;
  const url = authorizeUrl(config, { redirectUri, scopes, state: "s", codeChallenge: challenge, eventId });
  const back = new URL(await emulator.authorize({ url, ...decision }));
  const code = back.searchParams.get("code") ?? "";
  const answer = await exchangeCode(testWorld(), config, { code, verifier, redirectUri });
  if (answer.kind !== "granted") throw new Error(`no tokens: ${JSON.stringify(answer)}`);
  return answer.tokens;
}

/** Connects the first event of the emulator. */
export async function connectGrant(
  emulator: TestEmulator,
  options: { readonly eventId?: string; readonly withoutScopes?: string[] } = {},
): Promise<OpenedConnection> {
  const tokens = await consent(emulator, INSTALLATION_SCOPES, options);
  const opened = await installGrant(testWorld(), tokens, INSTALLATION_SCOPES);
  if (!opened.ok) throw new Error(`not installed: ${JSON.stringify(opened.failure)}`);
  return opened.value;
}

export async function signIn(emulator: TestEmulator): Promise<{ userId: string; eventId: string }> {
  const signedIn = await installUserGrant(testWorld(), await consent(emulator, USER_SCOPES));
  if (!signedIn.ok) throw new Error(`not signed in: ${JSON.stringify(signedIn.failure)}`);
  return signedIn.value;
}

/** Works on the memory of a grant's object. */
export function withCustody<T>(
  key: { eventId: string; organizationId: string } | GrantIdentity,
  work: (custody: Custody, state: DurableObjectState) => T | Promise<T>,
): Promise<T> {
  const identity = "organizationId" in key ? ofConnection(key) : key;
  return runInDurableObject(grantObject(testWorld(), identity), ({ custody }, state) => {
    if (custody === null) throw new Error("the settings of the tests are malformed");
    return work(custody, state);
  });
}

/** Runs the object's alarm now, whenever it is set to. */
export function wakeGrant(key: { eventId: string; organizationId: string }): Promise<boolean> {
  return runDurableObjectAlarm(grantObject(testWorld(), ofConnection(key)));
}

export const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so, looking again every 20 ms. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("it did not become so in time");
    await later(20);
  }
}

/** Holds a call of the API and the refresh beside it; their refusals arrive when they are let go. */
export function holdBoth(emulator: TestEmulator) {
  const gone = { refusal: false, refresh: false };
  const held = { refusal: 0, refresh: 0 };
  const answers = {
    refusal: () => Response.json({ error: "token_revoked", message: "", request_id: "" }, { status: 401 }),
    refresh: () => Response.json({ error: "invalid_grant" }, { status: 400 }),
  };
  emulator.intercept = async ({ url }) => {
    const kind = url.endsWith("/oauth/token") ? "refresh" : "refusal";
    held[kind] += 1;
    while (!gone[kind]) await later(10);
    return answers[kind]();
  };
  return {
    areHeld: () => held.refusal > 0 && held.refresh > 0,
    letGo: (kind: "refusal" | "refresh") => {
      gone[kind] = true;
    },
  };
}
