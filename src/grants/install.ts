import { type ConnectionKey, findConnection, type OpenedConnection } from "../connections/index.ts";
import { type Failure, fail, ok, type Result } from "../failure.ts";
import type { TokenAnswer, TokenResponse } from "../revento/index.ts";
import type { World } from "../world.ts";
import { grantObject } from "./client.ts";
import { identifyUser } from "./identify.ts";
import { ofConnection, ofUser, type UserGrantKey } from "./identity.ts";
import { recordOf } from "./outcomes.ts";
import { recordCalls } from "./records.ts";

/**
 * Puts the tokens of an organizer's consent into the connection's object: a new connection, or a new life of one. What
 * the earlier life still had under way ends. Returns only when the tokens are durable.
 */
export async function installGrant(
  world: World,
  tokens: TokenResponse,
  askedScopes: readonly string[],
): Promise<Result<OpenedConnection>> {
  const { eventId, organizationId, requestId } = tokens;
  if (eventId === null || organizationId === null) {
    const detail = "the token answer names no event or no organization";
    return fail({ kind: "revento_malformed", detail, requestId });
  }
  const identity = ofConnection({ eventId, organizationId });
  const object = grantObject(world, identity);
  return settled(world, object.install({ identity, tokens, askedScopes, connectionId: null }));
}

/** The same for Login with Revento. There is no copy in the database: if it is lost, the person signs in again. */
export async function installUserGrant(world: World, tokens: TokenResponse): Promise<Result<UserGrantKey>> {
  const { eventId, organizationId, requestId } = tokens;
  const userId = await identifyUser(world, tokens);
  if (eventId === null || userId === null) {
    const detail = "the token answer names no event or no user";
    return fail({ kind: "revento_malformed", detail, requestId });
  }
  const connection =
    organizationId === null
      ? null
      : await findConnection(world, { eventId, organizationId }).catch(() => null);
  await recordExchange(world, { kind: "granted", tokens }, connection?.id);
  const identity = ofUser({ userId, eventId });
  const request = { identity, tokens, askedScopes: [], connectionId: connection?.id ?? null };
  const installed = await settled(world, grantObject(world, identity).installUser(request));
  return installed.ok ? ok({ userId, eventId }) : installed;
}

/**
 * Writes down the exchange of a code that opened no connection: what it brought was a person's, or nothing to keep. An
 * opened connection has its own in the transaction that opens it.
 */
export async function recordExchange(
  world: World,
  answer: TokenAnswer,
  connectionId: string | null = null,
): Promise<void> {
  const { durationMs } = answer.kind === "granted" ? answer.tokens : answer;
  await recordCalls(world, connectionId, [recordOf(answer, world.now() - durationMs)]);
}

/** Ends a grant: its tokens are destroyed in the object and in the database. A later life is left alone. */
export async function endGrant(world: World, key: ConnectionKey, generation?: number): Promise<void> {
  const identity = ofConnection(key);
  await grantObject(world, identity).end({ identity, generation: generation ?? null });
}

/** Ends a person's grant at an event. */
export async function endUserGrant(world: World, user: UserGrantKey): Promise<void> {
  const identity = ofUser(user);
  await grantObject(world, identity).end({ identity, generation: null });
}

async function settled<T>(world: World, work: Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work;
  } catch (error) {
    world.log.error("grant.install_failed", { error: String(error) });
    return fail({ kind: "storage_unavailable", detail: "the grant's object did not answer" });
  }
}

/** What a token answer that gave no tokens means to whoever asked for them. */
export function tokenFailure(answer: Exclude<TokenAnswer, { kind: "granted" }>): Failure {
  const { requestId } = answer;
  if (answer.kind === "refused") {
    return { kind: "revento_refused", status: answer.status, error: answer.error, requestId };
  }
  if (answer.why === "malformed") {
    return { kind: "revento_malformed", detail: "it is no token answer", requestId };
  }
  return { kind: "revento_unavailable", detail: answer.why, requestId };
}
