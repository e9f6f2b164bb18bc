import type { AlertChannel } from "../../alert-rules.ts";
import { toHex, utf8 } from "../../lib/encoding.ts";
import type { ChannelMessage } from "../compose.ts";
import type { Outgoing } from "./outgoing.ts";

/**
 * A webhook of the receiver's own, signed the way Revento signs: `X-Signature: sha256=hex(HMAC(secret, timestamp + "."
 * + body))` with `X-Timestamp` in epoch seconds. `X-Alert-Id` is the same for every try.
 */
export async function toWebhook(
  channel: AlertChannel & { kind: "webhook" },
  message: ChannelMessage,
  now: number,
): Promise<Outgoing> {
  const { id, action, rule, dedupKey, text, count } = message;
  const body = JSON.stringify({ id, action, rule, dedup_key: dedupKey, text, count });
  const timestamp = String(Math.floor(now / 1000));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8(channel.secret), algorithm, false, ["sign"]);
  const signature = toHex(await crypto.subtle.sign("HMAC", key, utf8(`${timestamp}.${body}`)));
  return {
    url: channel.url,
    headers: {
      "content-type": "application/json",
      "x-alert-id": id,
      "x-timestamp": timestamp,
      "x-signature": `sha256=${signature}`,
    },
    body,
  };
}
