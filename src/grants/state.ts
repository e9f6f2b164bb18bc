import type { ConnectionReason } from "../connections/index.ts";
import type { GrantIdentity } from "./identity.ts";

/**
 * A pair of tokens and the life it belongs to. Times are epoch ms on our clock but for `connectedAt` and
 * `lifeStartedAt`, which are Revento's. What is needed to write the registry again after the database was restored
 * is in here too.
 */
export interface HeldGrant {
  readonly identity: GrantIdentity;
  /** Surrogate id of the connection; of the event's connection for a user grant; empty where there is none. */
  readonly connectionId: string;
  /** The life of the connection; given by the database. */
  readonly generation: number;
  /** Orders the pairs of a life; given here. */
  readonly rotation: number;
  readonly sealedAccess: string;
  readonly sealedRefresh: string;
  readonly keyId: string;
  /** Last four characters of the access token: the most that may be shown of it. */
  readonly last4: string;
  readonly grantedScopes: readonly string[];
  readonly askedScopes: readonly string[];
  readonly issuedAt: number;
  readonly accessExpiresAt: number;
  readonly refreshExpiresAt: number;
  /** The hard stop, one year after the first issue. */
  readonly endsAt: number;
  /** From when on a grant in use is refreshed: about 15 minutes ahead, with jitter. */
  readonly refreshAt: number;
  readonly connectedAt: number;
  readonly lifeStartedAt: number;
  /** Whether the database is known to hold this rotation. */
  readonly isCopied: boolean;
}

/** Written before a refresh token is presented. Found open, it says that an answer may have been lost. */
export interface Intent {
  readonly generation: number;
  readonly rotation: number;
  readonly at: number;
  /** SHA-256 of the refresh token presented. */
  readonly hash: string;
}

/** What is left of a grant that is over. No token is in here. */
export interface EndedGrant {
  readonly identity: GrantIdentity;
  readonly connectionId: string;
  readonly generation: number;
  /** Null: the registry knows why. */
  readonly reason: ConnectionReason | null;
  readonly at: number;
  /** Whether the database knows, and holds no copy any more. */
  readonly isReported: boolean;
}

/** A refresh that was refused for another reason than its token, and is asked again later. Epoch ms on our clock. */
export interface Postponed {
  readonly at: number;
  readonly until: number;
  /** Such refusals in a row. */
  readonly strikes: number;
}

/** A life that the registry calls active and of which no tokens were found. */
export interface LostLife {
  readonly identity: GrantIdentity;
  readonly generation: number;
  /** When it was first seen, epoch ms on our clock. */
  readonly since: number;
}

/** All that the object stores of a grant, as one value: a pair and its cleared intent are never apart. */
export interface GrantState {
  readonly held: HeldGrant | null;
  readonly intent: Intent | null;
  readonly ended: EndedGrant | null;
  readonly postponed: Postponed | null;
  readonly lost: LostLife | null;
}

export const EMPTY: GrantState = { held: null, intent: null, ended: null, postponed: null, lost: null };
