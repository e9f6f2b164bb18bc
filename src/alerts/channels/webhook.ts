import type { AlertChannel } from "../../alert-rules.ts";
import { hmacHexWith, utf8 } from "../../lib/encoding.ts";
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
  const hmacHex = await hmacHexWith(utf8(channel.secret));
  const signature = await hmacHex(`${timestamp}.${body}`);
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
