import type { Failure, Result } from "../failure.ts";
import { fail, ok } from "../failure.ts";
import { type Opened, type SealKey, seal, unseal } from "../lib/seal.ts";
import { type GrantIdentity, nameOf } from "./identity.ts";
import type { HeldGrant } from "./state.ts";

export interface TokenPair {
  readonly access: string;
  readonly refresh: string;
}

interface SealedPair {
  readonly sealedAccess: string;
  readonly sealedRefresh: string;
  readonly keyId: string;
  readonly last4: string;
}

interface Life {
  readonly identity: GrantIdentity;
  readonly generation: number;
  readonly rotation: number;
}

const placeOf = (life: Life, field: "access" | "refresh") => ({
  sub: nameOf(life.identity),
  field,
  gen: life.generation,
  rot: life.rotation,
});

/** Seals a pair for one rotation of one life, with the first key of the ring. */
export async function sealPair(ring: readonly SealKey[], life: Life, pair: TokenPair): Promise<SealedPair> {
  const [sealedAccess, sealedRefresh] = await Promise.all([
    seal(ring, placeOf(life, "access"), pair.access),
    seal(ring, placeOf(life, "refresh"), pair.refresh),
  ]);
  return { sealedAccess, sealedRefresh, keyId: ring[0]?.kid ?? "", last4: pair.access.slice(-4) };
}

/** Opens one token. A key that is not in the ring is a setting at fault; anything else means somebody edited it. */
export async function openToken(
  ring: readonly SealKey[],
  held: HeldGrant,
  field: "access" | "refresh",
): Promise<Result<string>> {
  const sealed = field === "access" ? held.sealedAccess : held.sealedRefresh;
  const opened = await unseal(ring, placeOf(held, field), sealed);
  return opened.ok ? ok(opened.text) : fail(failureOf(opened));
}

function failureOf(opened: Opened & { ok: false }): Failure {
  if (opened.why === "missing_key")
    return { kind: "misconfigured", keys: [`TOKEN_KEYS (kid ${opened.kid})`] };
  return { kind: "storage_unavailable", detail: `a seal does not open: ${opened.why}` };
}

/** Opens both tokens. */
export async function openPair(ring: readonly SealKey[], held: HeldGrant): Promise<Result<TokenPair>> {
  const [access, refresh] = await Promise.all([
    openToken(ring, held, "access"),
    openToken(ring, held, "refresh"),
  ]);
  if (!access.ok) return access;
  if (!refresh.ok) return refresh;
  return ok({ access: access.value, refresh: refresh.value });
}
