import type { AlertChannel } from "../../alert-rules.ts";
import { sha256Hex } from "../../lib/encoding.ts";
import type { ChannelMessage } from "../compose.ts";
import type { Outgoing } from "./outgoing.ts";

const MAX_SUMMARY = 1024;
const MAX_DEDUP_KEY = 255;

/** PagerDuty refuses longer keys; two that begin alike stay two incidents. */
const dedupKeyOf = async (key: string): Promise<string> =>
  key.length <= MAX_DEDUP_KEY ? key : sha256Hex(key);

/** PagerDuty Events API v2: `trigger` and `resolve` with a dedup key, answered 202. */
export async function toPagerDuty(
  channel: AlertChannel & { kind: "pagerduty" },
  message: ChannelMessage,
  source: string,
): Promise<Outgoing> {
  const event = {
    routing_key: channel.routing_key,
    event_action: message.action,
    dedup_key: await dedupKeyOf(message.dedupKey),
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
