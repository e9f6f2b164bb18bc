import type { TokenKind } from "./scopes.ts";

/** One consent: the tokens of an (event, organization), or of a (user, event). Times are the emulator's, in ms. */
export interface Grant {
  id: string;
  kind: TokenKind;
  event_id: string;
  organization_id: string;
  /** Who consented; for a user grant also whose data it opens. */
  user_id: string;
  scopes: string[];
  issued_at: number;
  stop_at: number;
  status: "active" | "revoked";
  end_reason: string | null;
  ended_at: number | null;
  refreshes: number;
}

export interface AccessToken {
  token: string;
  grant: Grant;
  expires_at: number;
  /** A refresh has given a newer one. */
  superseded: boolean;
}

export interface RefreshToken {
  token: string;
  grant: Grant;
  expires_at: number;
  /** `sibling`: replaced through the grace of its predecessor, before it was ever used. */
  state: "current" | "previous" | "sibling" | "dead";
  rotated_at: number | null;
}

export interface AuthorizationCode {
  code: string;
  client_id: string;
  redirect_uri: string;
  challenge: string;
  kind: TokenKind;
  event_id: string;
  user_id: string;
  scopes: string[];
  expires_at: number;
  used: boolean;
  /** What the code was exchanged for. */
  grant: Grant | null;
}

/** Codes, grants and tokens by their strings. */
export class Grants {
  readonly codes = new Map<string, AuthorizationCode>();
  readonly grants = new Map<string, Grant>();
  readonly access = new Map<string, AccessToken>();
  readonly refresh = new Map<string, RefreshToken>();
  /** The tokens that still matter when the next pair of a grant is issued. */
  #latest = new Map<Grant, { access?: AccessToken; refresh: RefreshToken[] }>();

  all(): Grant[] {
    return [...this.grants.values()];
  }

  active(where: (grant: Grant) => boolean): Grant[] {
    return this.all().filter((grant) => grant.status === "active" && where(grant));
  }

  /** Adds an access token; the one before it is superseded. */
  addAccess(token: AccessToken): void {
    const latest = this.latestOf(token.grant);
    if (latest.access) latest.access.superseded = true;
    latest.access = token;
    this.access.set(token.token, token);
  }

  addRefresh(token: RefreshToken): void {
    const latest = this.latestOf(token.grant);
    latest.refresh = [...latest.refresh.filter((other) => other.state !== "dead"), token];
    this.refresh.set(token.token, token);
  }

  latestOf(grant: Grant): { access?: AccessToken; refresh: RefreshToken[] } {
    const known = this.#latest.get(grant);
    if (known) return known;
    const fresh = { refresh: [] };
    this.#latest.set(grant, fresh);
    return fresh;
  }

  clear(): void {
    for (const map of [this.codes, this.grants, this.access, this.refresh, this.#latest]) map.clear();
  }
}

/** Ends a grant at once: its tokens are answered with `token_revoked` and `invalid_grant` from now on. */
export function revokeGrant(grant: Grant, reason: string, now: number): void {
  if (grant.status === "revoked") return;
  grant.status = "revoked";
  grant.end_reason = reason;
  grant.ended_at = now;
}
