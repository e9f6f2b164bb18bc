import type { AlertChannel } from "../../alert-rules.ts";
import type { ChannelMessage } from "../compose.ts";
import type { Outgoing } from "./outgoing.ts";

/** Two segments and a bit: a phone shows no more at a glance. */
const MAX_TEXT = 320;

/** Twilio's Programmable Messaging: a form to `/2010-04-01/Accounts/{sid}/Messages.json`, answered 201. */
export function toSms(channel: AlertChannel & { kind: "sms" }, message: ChannelMessage): Outgoing {
  const base = (channel.url ?? "https://api.twilio.com").replace(/\/+$/, "");
  const form = new URLSearchParams({
    From: channel.from,
    To: channel.to,
    Body: shorten(message.text),
  });
  return {
    url: `${base}/2010-04-01/Accounts/${encodeURIComponent(channel.account_sid)}/Messages.json`,
    headers: {
      authorization: `Basic ${btoa(`${channel.account_sid}:${channel.auth_token}`)}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: form.toString(),
  };
}

/** Keeps the last line of a group ("and 214 more") when the middle has to go. */
function shorten(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const end = text.includes("\n") ? (text.split("\n").at(-1) ?? "") : "";
  return `${text.slice(0, MAX_TEXT - end.length - 2)}… ${end}`.trim();
}
