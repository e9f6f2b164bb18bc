import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from "oauth4webapi";

export interface Pkce {
  /** Secret: sealed on the backend until the callback. */
  readonly verifier: string;
  readonly challenge: string;
}

/** A fresh pair for one authorization, S256 (RFC 7636). */
export async function createPkce(): Promise<Pkce> {
  const verifier = generateRandomCodeVerifier();
  return { verifier, challenge: await calculatePKCECodeChallenge(verifier) };
}
