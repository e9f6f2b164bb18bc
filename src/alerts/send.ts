import { type AlertChannel, isLoopbackOrigin } from "../alert-rules.ts";
import { isAllowedTarget } from "../lib/outgoing-host.ts";
import type { World } from "../world.ts";
import { type Outgoing, toOutgoing } from "./channels/index.ts";
import type { ChannelMessage } from "./compose.ts";

/** What a channel said. `error` holds no secret and nothing of the message. */
export type Sent =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      /** The channel's own word on when to come back. */
      readonly retryAfterMs: number | null;
      /** The same message will be refused again. */
      readonly isRefusal: boolean;
    };

/** The whole POST with its answer; well within the claim on the channel. */
export const SEND_LIMIT_MS = 8_000;

/** Says one message on one channel. Never throws. */
export async function sendMessage(
  world: World,
  channel: AlertChannel,
  message: ChannelMessage,
): Promise<Sent> {
  const failed = (error: string): Sent => ({ ok: false, error, retryAfterMs: null, isRefusal: false });
  try {
    const outgoing = await toOutgoing(world, channel, message);
    const isLoopbackAllowed = isLoopbackOrigin(world.config.publicUrl);
    if (!isAllowedTarget(new URL(outgoing.url), isLoopbackAllowed)) return failed("host not allowed");
    return await post(world, outgoing);
  } catch {
    // Basic authentication takes no letters beyond Latin-1: what is wrong is in the settings, and stays unsaid.
    return failed("the channel's settings make no request");
  }
}

async function post(world: World, { url, headers, body }: Outgoing): Promise<Sent> {
  try {
    // A redirect is not followed: it would carry the text and its secrets to a host that nobody configured.
    const response = await world.fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(SEND_LIMIT_MS),
    });
    await response.body?.cancel();
    return judgeAnswer(response, world.now());
  } catch (error) {
    const name = error instanceof Error ? error.name : "Error";
    const text = name === "TimeoutError" ? `no answer within ${SEND_LIMIT_MS / 1000} s` : "not reachable";
    return { ok: false, error: text, retryAfterMs: null, isRefusal: false };
  }
}

/** The message itself is at fault; any other answer is about the channel, which somebody may mend. */
const REFUSALS = [400, 413, 415, 422];

/** What an answer means: any 2xx is done, everything else is tried again. */
export function judgeAnswer(response: Response, now: number): Sent {
  const { status } = response;
  if (status >= 200 && status < 300) return { ok: true };
  return {
    ok: false,
    error: `answered ${status}`,
    retryAfterMs: retryAfterOf(response.headers.get("retry-after"), now),
    isRefusal: REFUSALS.includes(status),
  };
}

const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** `Retry-After` as seconds or a date (RFC 9110, 10.2.3), in ms from now. */
function retryAfterOf(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : null;
}
