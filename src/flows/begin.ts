import { setCookie } from "hono/cookie";
import type { AppContext } from "../app-env.ts";
import { randomToken, sha256Hex } from "../lib/encoding.ts";
import { seal } from "../lib/seal.ts";
import { authorizeUrl, createPkce } from "../revento/index.ts";
import { cookieOptions, isInFrame } from "../sessions/index.ts";
import {
  FLOW_COOKIE_S,
  type FlowKind,
  flowCookieName,
  redirectUri,
  verifierPlace,
  verifierRing,
} from "./flow.ts";

export interface BeginningFlow {
  readonly kind: FlowKind;
  readonly eventId: string;
  readonly scopes: readonly string[];
}

/**
 * Begins an authorization and answers with the address of Revento's consent page. The state is one-time and bound to
 * this browser by a cookie of its own, so that two tabs do not disturb each other; the PKCE verifier stays here, sealed.
 */
export async function beginFlow(c: AppContext, beginning: BeginningFlow): Promise<string> {
  const world = c.get("world");
  const [state, browser, pkce] = [randomToken(), randomToken(), await createPkce()];
  const stateHash = await sha256Hex(state);
  await world.db.raw
    .prepare(
      `INSERT INTO oauth_flows (state_hash, kind, event_id, sealed_verifier, browser_hash, asked_scopes, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(
      stateHash,
      beginning.kind,
      beginning.eventId,
      await seal(verifierRing(world), verifierPlace(stateHash), pkce.verifier),
      await sha256Hex(browser),
      JSON.stringify(beginning.scopes),
      world.now(),
    )
    .run();
  setCookie(c, flowCookieName(stateHash), browser, cookieOptions(isInFrame(c), FLOW_COOKIE_S));
  return authorizeUrl(world.config, {
    redirectUri: redirectUri(world, beginning.kind),
    scopes: beginning.scopes,
    state,
    codeChallenge: pkce.challenge,
    eventId: beginning.eventId,
  });
}
