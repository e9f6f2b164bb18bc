import type { AlertChannel } from "../../alert-rules.ts";
import type { World } from "../../world.ts";
import type { ChannelMessage } from "../compose.ts";
import { toEmail } from "./email.ts";
import type { Outgoing } from "./outgoing.ts";
import { toPagerDuty } from "./pagerduty.ts";
import { toSlack } from "./slack.ts";
import { toSms } from "./sms.ts";
import { toWebhook } from "./webhook.ts";

export type { Outgoing } from "./outgoing.ts";

/** The POST that says a message on a channel. */
export async function toOutgoing(
  world: World,
  channel: AlertChannel,
  message: ChannelMessage,
): Promise<Outgoing> {
  switch (channel.kind) {
    case "slack":
      return toSlack(channel, message);
    case "pagerduty":
      return toPagerDuty(channel, message, new URL(world.config.publicUrl).host);
    case "sms":
      return toSms(channel, message);
    case "email":
      return toEmail(channel, message);
    case "webhook":
      return toWebhook(channel, message, world.now());
  }
}

/**
 * Messages a minute, unless the channel says otherwise. Slack allows one a second; PagerDuty takes more, but no
 * person can; an SMS costs money.
 */
const PER_MINUTE: Readonly<Record<AlertChannel["kind"], number>> = {
  slack: 60,
  pagerduty: 60,
  sms: 10,
  email: 20,
  webhook: 120,
};

/** The pause that the channel's limit asks for between two messages, in ms. */
export const intervalMs = (channel: AlertChannel): number =>
  Math.ceil(60_000 / (channel.per_minute ?? PER_MINUTE[channel.kind]));
