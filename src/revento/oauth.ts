import { type Sending, send } from "./send.ts";
import { judgeToken, type TokenAnswer } from "./token.ts";

/** How this integration is registered at Revento. */
export interface OAuthClient {
  /** Base of OAuth, without a trailing slash. */
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Authorization {
  /** Compared byte for byte with the registered one. */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  /** S256 of the PKCE verifier. */
  readonly codeChallenge: string;
  readonly eventId: string;
}

/** Where the browser goes to ask for consent (contract section 2). */
export function authorizeUrl(
  client: Pick<OAuthClient, "authUrl" | "clientId">,
  authorization: Authorization,
): string {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: authorization.redirectUri,
    scope: authorization.scopes.join(" "),
    state: authorization.state,
    code_challenge: authorization.codeChallenge,
    code_challenge_method: "S256",
    event_id: authorization.eventId,
  });
  return `${client.authUrl}/oauth/authorize?${query}`;
}

/** A person waits for the code exchange. */
const EXCHANGE_MS = 10_000;
/** An abandoned answer to a refresh is a lost rotation: it is waited for far longer than anybody waits for us. */
const REFRESH_MS = 60_000;
const MAX_BYTES = 64 * 1024;

export type TokenSending = Pick<Sending, "fetch" | "now">;

/** Exchanges an authorization code. The verifier never leaves the backend. */
export function exchangeCode(
  how: TokenSending,
  client: OAuthClient,
  grant: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<TokenAnswer> {
  return askForTokens(how, client, EXCHANGE_MS, crypto.randomUUID(), {
    grant_type: "authorization_code",
    code: grant.code,
    code_verifier: grant.verifier,
    redirect_uri: grant.redirectUri,
  });
}

/** Exchanges a refresh token. Whoever calls it has written down that it does, and is the only one. */
export function exchangeRefreshToken(
  how: TokenSending,
  client: OAuthClient,
  refreshToken: string,
  requestId: string = crypto.randomUUID(),
): Promise<TokenAnswer> {
  return askForTokens(how, client, REFRESH_MS, requestId, {
    grant_type: "refresh_token",
    refresh_token: refreshToken,
  });
}

async function askForTokens(
  how: TokenSending,
  client: OAuthClient,
  timeoutMs: number,
  requestId: string,
  form: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const answer = await send({ ...how, timeoutMs, maxBytes: MAX_BYTES }, `${client.authUrl}/oauth/token`, {
    method: "POST",
    headers: { Accept: "application/json", "X-Revento-Request-Id": requestId },
    body: new URLSearchParams({
      ...form,
      client_id: client.clientId,
      client_secret: client.clientSecret,
    }),
  });
  return judgeToken(answer, requestId, how.now());
}
