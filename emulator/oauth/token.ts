import type { Core } from "../core.ts";
import { type Failure, failure } from "../failure.ts";
import { revokeGrant } from "./grants.ts";
import { issueTokens, openGrant, type TokenAnswer } from "./issue.ts";
import { refresh } from "./refresh.ts";

/** The fields of a form; undefined where one is missing, empty or comes twice. */
export type Form = (name: string) => string | undefined;

/** `POST /oauth/token`: the exchange of a code, or a refresh. */
export async function answerToken(core: Core, form: Form): Promise<TokenAnswer | Failure> {
  const { integration } = core;
  if (form("client_id") !== integration.client_id || form("client_secret") !== integration.client_secret) {
    return failure(401, "invalid_client", "client_id or client_secret is wrong");
  }
  const grantType = form("grant_type");
  if (grantType === "authorization_code") return exchange(core, form);
  if (grantType !== "refresh_token") {
    return grantType === undefined
      ? failure(400, "invalid_request", "grant_type is missing")
      : failure(400, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token");
  }
  const token = form("refresh_token");
  return token ? refresh(core, token) : failure(400, "invalid_request", "refresh_token is missing");
}

async function exchange(core: Core, form: Form): Promise<TokenAnswer | Failure> {
  const refused = (message: string) => failure(400, "invalid_grant", message);
  const given = form("code");
  const verifier = form("code_verifier");
  if (!given || !verifier) return failure(400, "invalid_request", "code or code_verifier is missing");
  const code = core.grants.codes.get(given);
  if (!code) return refused("This code is unknown");
  if (code.used) {
    if (code.grant && core.settings.code_reuse_revokes_grant) {
      revokeGrant(code.grant, "code_reused", core.clock.now());
    }
    return refused("This code was used before");
  }
  // Marked before anything is awaited: of two exchanges at once only one can win.
  code.used = true;
  if (core.clock.now() >= code.expires_at) return refused("This code has expired");
  const redirectUri = form("redirect_uri");
  if (redirectUri === undefined && core.settings.token_redirect_uri === "required") {
    return failure(400, "invalid_request", "redirect_uri is missing");
  }
  if (redirectUri !== undefined && redirectUri !== code.redirect_uri) {
    return refused("redirect_uri differs from that of the authorization");
  }
  if ((await challengeOf(verifier)) !== code.challenge) return refused("code_verifier does not fit");
  if (core.integration.status === "suspended" || core.integration.status === "unpublished") {
    return refused(`The integration is ${core.integration.status}`);
  }
  return issueTokens(core, openGrant(core, code), true);
}

/** PKCE's S256: the base64url of the verifier's SHA-256. */
export async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const bytes = String.fromCharCode(...new Uint8Array(digest));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
