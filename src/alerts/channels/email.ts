import type { AlertChannel } from "../../alert-rules.ts";
import type { ChannelMessage } from "../compose.ts";
import type { Outgoing } from "./outgoing.ts";

const MAX_SUBJECT = 120;

/** An HTTP mail API that takes `{ from, to, subject, text }` with a bearer token, as Resend's does. */
export function toEmail(channel: AlertChannel & { kind: "email" }, message: ChannelMessage): Outgoing {
  const [firstLine = ""] = message.text.split("\n");
  const count = message.count > 1 ? `(${message.count}) ` : "";
  return {
    url: channel.url,
    headers: {
      authorization: `Bearer ${channel.token}`,
      "content-type": "application/json",
      "idempotency-key": message.id,
    },
    body: JSON.stringify({
      from: channel.from,
      to: [channel.to],
      subject: `${count}${firstLine}`.slice(0, MAX_SUBJECT),
      text: message.text,
    }),
  };
}
