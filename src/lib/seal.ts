import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { utf8 } from "./encoding.ts";

export interface SealKey {
  readonly kid: string;
  readonly key: Uint8Array<ArrayBuffer>;
}

/**
 * What a ciphertext belongs to, e.g. `{ sub: "evt_1/org_1", field: "access", gen: 2 }`. It stands in the protected
 * header and is compared on opening, so that a ciphertext moved to another place does not open. Not secret.
 */
export type SealPlace = Readonly<Record<string, string | number>>;

export type Opened =
  | { readonly ok: true; readonly text: string; readonly kid: string }
  | { readonly ok: false; readonly why: "missing_key"; readonly kid: string }
  | { readonly ok: false; readonly why: "damaged" | "misplaced" };

/** Seals with the first key of the ring: JWE `dir`, A256GCM (RFC 7516). */
export function seal(ring: readonly SealKey[], place: SealPlace, text: string): Promise<string> {
  const [first] = ring;
  if (first === undefined) throw new Error("the key ring is empty");
  return new CompactEncrypt(utf8(text))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: first.kid, ...place })
    .encrypt(first.key);
}

/** Opens with the key that the header names, if the header names this place and nothing was edited. */
export async function unseal(ring: readonly SealKey[], place: SealPlace, sealed: string): Promise<Opened> {
  const kid = keyIdOf(sealed);
  if (kid === null) return { ok: false, why: "damaged" };
  const key = ring.find((candidate) => candidate.kid === kid)?.key;
  if (key === undefined) return { ok: false, why: "missing_key", kid };
  try {
    const opened = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    const header: Readonly<Record<string, unknown>> = opened.protectedHeader;
    const isInPlace = Object.entries(place).every(([name, value]) => header[name] === value);
    if (!isInPlace) return { ok: false, why: "misplaced" };
    return { ok: true, text: new TextDecoder().decode(opened.plaintext), kid };
  } catch {
    return { ok: false, why: "damaged" };
  }
}

/** The id of the key that sealed it, or null where it is no seal. */
export function keyIdOf(sealed: string): string | null {
  try {
    const { kid } = decodeProtectedHeader(sealed);
    return typeof kid === "string" ? kid : null;
  } catch {
    return null;
  }
}
