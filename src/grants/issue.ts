import type { SealKey } from "../lib/seal.ts";
import type { TokenResponse } from "../revento/index.ts";
import { refreshTime } from "./decide.ts";
import { sealPair } from "./sealing.ts";
import type { HeldGrant } from "./state.ts";

type Life = Pick<
  HeldGrant,
  | "identity"
  | "connectionId"
  | "generation"
  | "rotation"
  | "grantedScopes"
  | "askedScopes"
  | "endsAt"
  | "connectedAt"
  | "lifeStartedAt"
>;

/**
 * A token answer as a pair to keep. The lifetimes count from when the request left: on that side of the truth an
 * early refresh costs nothing.
 * @param previousRefresh goes on where the server did not rotate (RFC 6749 section 6).
 */
export async function issuePair(
  ring: readonly SealKey[],
  life: Life,
  tokens: TokenResponse,
  previousRefresh: string,
  clock: { readonly now: number; readonly random: number },
): Promise<HeldGrant> {
  const pair = { access: tokens.accessToken, refresh: tokens.refreshToken ?? previousRefresh };
  const issuedAt = clock.now - tokens.durationMs;
  const accessExpiresAt = issuedAt + tokens.expiresInS * 1000;
  return {
    ...life,
    grantedScopes: tokens.scopes ?? life.grantedScopes,
    ...(await sealPair(ring, life, pair)),
    issuedAt,
    accessExpiresAt,
    refreshExpiresAt: Math.min(issuedAt + tokens.refreshExpiresInS * 1000, life.endsAt),
    refreshAt: refreshTime(issuedAt, accessExpiresAt, clock.random),
    isCopied: false,
  };
}
