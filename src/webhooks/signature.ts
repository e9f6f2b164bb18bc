import type { Config } from "../config.ts";
import { fromHex, utf8 } from "../lib/encoding.ts";
import type { DeliveryHeaders } from "./headers.ts";

/** How far a delivery's timestamp may be from our clock, either way (contract section 5). */
const WINDOW_MS = 300_000;

/** Imported once for each `Config`, which lives as long as its isolate. */
const imported = new WeakMap<Config, Promise<readonly CryptoKey[]>>();

function keysOf(config: Config): Promise<readonly CryptoKey[]> {
  const known = imported.get(config);
  if (known !== undefined) return known;
  const keys = Promise.all(
    config.webhookSecrets.map((secret) =>
      crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]),
    ),
  );
  imported.set(config, keys);
  return keys;
}

/**
 * Whether `hex(HMAC_SHA256(secret, timestamp + "." + raw body))` under the current or the previous secret is the
 * signature. `verify` compares in constant time and says false to a wrong length. Which of the secrets it was may be told
 * by the time: nothing secret is.
 */
export async function isSigned(
  config: Config,
  { timestamp, signature }: DeliveryHeaders,
  body: Uint8Array,
): Promise<boolean> {
  const claimed = fromHex(signature);
  if (claimed === null) return false;
  const prefix = utf8(`${timestamp}.`);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  for (const key of await keysOf(config)) {
    if (await crypto.subtle.verify("HMAC", key, claimed, signed)) return true;
  }
  return false;
}

/** Whether the timestamp (epoch seconds) is at most 300 s from `now` (epoch ms). Asked at intake only. */
export function isRecent(timestamp: string, now: number): boolean {
  return Math.abs(now - Number(timestamp) * 1000) <= WINDOW_MS;
}
