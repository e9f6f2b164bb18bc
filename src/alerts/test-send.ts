import { fail, ok, type Result } from "../failure.ts";
import type { World } from "../world.ts";
import { compose } from "./compose.ts";
import { sendMessage } from "./send.ts";

/**
 * Says a test sentence on a channel at once, past limits and quiet hours: the button of `/ops`. PagerDuty's incident is
 * resolved right after it.
 * @returns what the channel answered, or `not_found` for a name that no rule has.
 */
export async function sendTest(
  world: World,
  name: string,
): Promise<Result<{ readonly error: string | null }>> {
  const channel = world.config.alertRules.channels.get(name);
  if (channel === undefined) return fail({ kind: "not_found", what: "alert channel" });
  const text = `Test from ${world.config.publicUrl}: alerts reach this channel.`;
  const id = `test:${crypto.randomUUID()}`;
  const row = { id: 0, rule: "test", dedup_key: id, text, attempts: 1, batch: id } as const;
  const sent = await sendMessage(world, channel, compose([{ ...row, action: "trigger" }]));
  if (sent.ok && channel.kind === "pagerduty") {
    await sendMessage(world, channel, compose([{ ...row, action: "resolve" }]));
  }
  return ok({ error: sent.ok ? null : sent.error });
}
