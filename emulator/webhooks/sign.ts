const encoder = new TextEncoder();

/** `sha256=` and the hex of HMAC-SHA256 over `timestamp.body` (contract §5). */
export async function signatureOf(secret: string, timestamp: string, body: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(`${timestamp}.${body}`));
  const hex = [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `sha256=${hex.join("")}`;
}
