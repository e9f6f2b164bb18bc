import type { AlertChannel } from "../../alert-rules.ts";
import type { ChannelMessage } from "../compose.ts";
import type { Outgoing } from "./outgoing.ts";

const MAX_TEXT = 3000;

/** Slack incoming webhook: `{ text }`, answered 200 `ok`. */
export function toSlack(channel: AlertChannel & { kind: "slack" }, message: ChannelMessage): Outgoing {
  // Slack reads these three as markup, so that `<!channel>` in a value would call everybody.
  const text = message.text
    .slice(0, MAX_TEXT)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  return {
    url: channel.url,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  };
}
