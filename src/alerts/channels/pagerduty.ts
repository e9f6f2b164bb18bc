import type { AlertChannel } from "../../alert-rules.ts";
import type { ChannelMessage } from "../compose.ts";
import type { Outgoing } from "./outgoing.ts";

const MAX_SUMMARY = 1024;
const MAX_DEDUP_KEY = 255;

/** PagerDuty Events API v2: `trigger` and `resolve` with a dedup key, answered 202. */
export function toPagerDuty(
  channel: AlertChannel & { kind: "pagerduty" },
  message: ChannelMessage,
  source: string,
): Outgoing {
  const event = {
    routing_key: channel.routing_key,
    event_action: message.action,
    dedup_key: message.dedupKey.slice(0, MAX_DEDUP_KEY),
    payload: {
      summary: message.text.slice(0, MAX_SUMMARY),
      source,
      severity: channel.severity ?? "error",
      custom_details: { rule: message.rule, count: message.count },
    },
  };
  return {
    url: channel.url ?? "https://events.pagerduty.com/v2/enqueue",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  };
}
