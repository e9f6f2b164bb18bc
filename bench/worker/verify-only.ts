import type { Env } from "../../src/bindings.ts";

let key: Promise<CryptoKey> | undefined;

export interface Verified {
  readonly body: Uint8Array;
  readonly answer: Response;
}

/** The floor: raw body, one HMAC, 200. Nothing is kept. */
export async function verifyOnly(request: Request, env: Env): Promise<Verified> {
  key ??= crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(env.REVENTO_WEBHOOK_SECRET),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const timestamp = request.headers.get("X-Revento-Timestamp") ?? "";
  const hex = (request.headers.get("X-Revento-Signature") ?? "").slice(7);
  const claimed = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const body = new Uint8Array(await request.arrayBuffer());
  const prefix = new TextEncoder().encode(`${timestamp}.`);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  const isGenuine = await crypto.subtle.verify("HMAC", await key, claimed, signed);
  return { body, answer: new Response(null, { status: isGenuine ? 200 : 401 }) };
}
